/*
 * printf, puts and putchar over fw_write, for programs without a C library behind them. All are weak: those of a program
 * or of its C library win. printf.s is this file as GCC compiles it; scripts/compile-firmware.ts makes it.
 *
 * Conversions: d i u x X p c s f F and %%, with the flags - 0 + space #, width and precision (numbers or *), and the lengths
 * hh h l ll z j t. A real has 15 digits behind the point at most, rounded to the nearest (to even, when between two).
 * A conversion that is not one of these is printed as it stands.
 */
#include <stdarg.h>
#include <stdbool.h>

#include "firmware.h"

enum { ROOM = 128, WHOLE_DIGITS = 309, MOST_FRACTION_DIGITS = 15 };

/* What is on its way to the console, so that a line is one write as a rule. */
struct output {
  size_t used;
  int total;
  char bytes[ROOM];
};

static void flush(struct output *out) {
  fw_write(out->bytes, out->used);
  out->used = 0;
}

static void put(struct output *out, char character) {
  if (out->used == ROOM) flush(out);
  out->bytes[out->used++] = character;
  out->total++;
}

static void repeat(struct output *out, char character, long times) {
  for (; times > 0; times--) put(out, character);
}

struct field {
  bool is_left, is_zero_padded, is_alternate;
  /* Before numbers that are not negative: '+', ' ' or 0. */
  char sign;
  /* -1 when there is none. */
  int width, precision;
};

/* A body with what stands before it: prefix, then zeros; all padded to the width of the field. */
static void put_field(
    struct output *out, const struct field *field, const char *prefix, long zeros, const char *body, size_t length) {
  size_t prefix_length = 0;
  while (prefix[prefix_length]) prefix_length++;
  const long padding = field->width - (long)(prefix_length + length) - zeros;
  if (!field->is_left) {
    if (field->is_zero_padded) zeros += padding > 0 ? padding : 0;
    else repeat(out, ' ', padding);
  }
  while (*prefix) put(out, *prefix++);
  repeat(out, '0', zeros);
  for (size_t i = 0; i < length; i++) put(out, body[i]);
  if (field->is_left) repeat(out, ' ', padding);
}

/* Digits of a number, ending before `end`; none for 0. Returns the first. */
static char *digits_before(char *end, uint64_t value, unsigned base, const char *digits) {
  for (; value; value /= base) *--end = digits[value % base];
  return end;
}

static void put_integer(
    struct output *out, struct field *field, const char *prefix, uint64_t value, unsigned base, bool is_upper) {
  char text[20];
  char *const end = text + sizeof text;
  const char *first = digits_before(end, value, base, is_upper ? "0123456789ABCDEF" : "0123456789abcdef");
  const long least = field->precision < 0 ? 1 : field->precision, length = end - first;
  if (field->precision >= 0) field->is_zero_padded = false;
  put_field(out, field, prefix, least > length ? least - length : 0, first, (size_t)length);
}

static const char *sign_of(const struct field *field, bool is_negative) {
  return is_negative ? "-" : field->sign == '+' ? "+" : field->sign == ' ' ? " " : "";
}

/* Digits of a whole number of 2^63 or more, which is its 53-bit significand doubled many times. */
static char *huge_digits_before(char *end, uint64_t significand, int doublings) {
  char *first = digits_before(end, significand, 10, "0123456789");
  for (; doublings > 0; doublings--) {
    int carry = 0;
    for (char *at = end; at-- > first;) {
      const int twice = 2 * (*at - '0') + carry;
      *at = (char)('0' + twice % 10);
      carry = twice / 10;
    }
    if (carry) *--first = '1';
  }
  return first;
}

static void put_real(struct output *out, struct field *field, double value, bool is_upper) {
  const union { double value; uint64_t bits; } word = { value };
  const char *const sign = sign_of(field, word.bits >> 63);
  const int exponent = (int)(word.bits >> 52 & 0x7ff);
  const uint64_t significand = (word.bits & ((1ull << 52) - 1)) | 1ull << 52;
  if (exponent == 0x7ff) {
    const bool is_nan = (word.bits & ((1ull << 52) - 1)) != 0;
    field->is_zero_padded = false;
    put_field(out, field, sign, 0, is_nan ? (is_upper ? "NAN" : "nan") : is_upper ? "INF" : "inf", 3);
    return;
  }
  int precision = field->precision < 0 ? 6 : field->precision;
  if (precision > MOST_FRACTION_DIGITS) precision = MOST_FRACTION_DIGITS;
  char text[WHOLE_DIGITS + 1 + MOST_FRACTION_DIGITS];
  char *const point = text + WHOLE_DIGITS, *first;
  uint64_t fraction = 0;
  if (exponent >= 1023 + 63) first = huge_digits_before(point, significand, exponent - 1075);
  else {
    const double size = value < 0 ? -value : value;
    uint64_t whole = (uint64_t)size, limit = 1;
    for (int i = 0; i < precision; i++) limit *= 10;
    const double part = size - (double)whole, scaled = part * (double)limit;
    /* What the multiplication lost decides where the rest looks like a half. */
    const double lost = __builtin_fma(part, (double)limit, -scaled);
    fraction = (uint64_t)scaled;
    const double beyond = scaled - (double)fraction - 0.5;
    const uint64_t last = precision > 0 ? fraction : whole;
    if (beyond > 0 || (beyond == 0 && (lost > 0 || (lost == 0 && last & 1)))) fraction++;
    if (fraction == limit) {
      fraction = 0;
      whole++;
    }
    first = digits_before(point, whole, 10, "0123456789");
    if (first == point) *--first = '0';
  }
  char *end = point;
  if (precision > 0 || field->is_alternate) *end++ = '.';
  for (int i = precision; i-- > 0; fraction /= 10) end[i] = (char)('0' + fraction % 10);
  put_field(out, field, sign, 0, first, (size_t)(end + precision - first));
}

static void put_string(struct output *out, struct field *field, const char *text) {
  size_t length = 0;
  if (!text) text = "(null)";
  while ((field->precision < 0 || length < (size_t)field->precision) && text[length]) length++;
  field->is_zero_padded = false;
  put_field(out, field, "", 0, text, length);
}

/* `*` or digits; 0 when there is neither. */
static const char *read_number(const char *at, int *number, va_list *arguments) {
  *number = 0;
  if (*at == '*') {
    *number = va_arg(*arguments, int);
    return at + 1;
  }
  for (; *at >= '0' && *at <= '9'; at++) *number = *number * 10 + (*at - '0');
  return at;
}

static const char *read_flags(const char *at, struct field *field) {
  for (;; at++) {
    if (*at == '-') field->is_left = true;
    else if (*at == '0') field->is_zero_padded = true;
    else if (*at == '#') field->is_alternate = true;
    else if (*at == '+') field->sign = '+';
    else if (*at == ' ') field->sign = field->sign ? field->sign : ' ';
    else return at;
  }
}

/* Bytes of an integer argument; each takes eight bytes of the arguments, whatever its type. */
static const char *read_length(const char *at, int *bytes) {
  *bytes = 4;
  for (;; at++) {
    if (*at == 'h') *bytes /= 2;
    else if (*at == 'l' || *at == 'z' || *at == 'j' || *at == 't') *bytes = 8;
    else return at;
  }
}

static uint64_t zero_extended(uint64_t value, int bytes) { return bytes >= 8 ? value : value & ((1ull << 8 * bytes) - 1); }

static int64_t sign_extended(uint64_t value, int bytes) {
  const int shift = 64 - 8 * bytes;
  return (int64_t)(value << shift) >> shift;
}

/* One conversion, behind its percent sign. Returns what follows it, or null when it is none that there is. */
static const char *convert(struct output *out, const char *at, va_list *arguments) {
  struct field field = { .precision = -1 };
  int bytes;
  at = read_number(read_flags(at, &field), &field.width, arguments);
  if (field.width < 0) {
    field.is_left = true;
    field.width = -field.width;
  }
  if (*at == '.') at = read_number(at + 1, &field.precision, arguments);
  at = read_length(at, &bytes);
  switch (*at) {
    case '%': put(out, '%'); break;
    case 'c': {
      const char character = (char)va_arg(*arguments, int);
      field.is_zero_padded = false;
      put_field(out, &field, "", 0, &character, 1);
      break;
    }
    case 's': put_string(out, &field, va_arg(*arguments, const char *)); break;
    case 'd': case 'i': {
      const int64_t value = sign_extended(va_arg(*arguments, uint64_t), bytes);
      put_integer(out, &field, sign_of(&field, value < 0), value < 0 ? -(uint64_t)value : (uint64_t)value, 10, false);
      break;
    }
    case 'u': put_integer(out, &field, "", zero_extended(va_arg(*arguments, uint64_t), bytes), 10, false); break;
    case 'x': case 'X': {
      const uint64_t value = zero_extended(va_arg(*arguments, uint64_t), bytes);
      const char *const prefix = !field.is_alternate || value == 0 ? "" : *at == 'X' ? "0X" : "0x";
      put_integer(out, &field, prefix, value, 16, *at == 'X');
      break;
    }
    case 'p': put_integer(out, &field, "0x", va_arg(*arguments, uint64_t), 16, false); break;
    case 'f': case 'F': put_real(out, &field, va_arg(*arguments, double), *at == 'F'); break;
    default: return NULL;
  }
  return at + 1;
}

__attribute__((weak)) int printf(const char *format, ...) {
  struct output out;
  va_list arguments;
  out.used = 0;
  out.total = 0;
  va_start(arguments, format);
  while (*format) {
    const char *const next = *format == '%' ? convert(&out, format + 1, &arguments) : NULL;
    if (!next) put(&out, *format++);
    else format = next;
  }
  va_end(arguments);
  flush(&out);
  return out.total;
}

__attribute__((weak)) int puts(const char *text) { return printf("%s\n", text); }

/* What putchar is in the headers of picolibc. The console is the one stream there is. */
__attribute__((weak)) void *const stdout = NULL;

__attribute__((weak)) int fputc(int character, void *stream) {
  const char byte = (char)character;
  (void)stream;
  fw_write(&byte, 1);
  return (unsigned char)byte;
}

__attribute__((weak)) int putchar(int character) { return fputc(character, stdout); }
