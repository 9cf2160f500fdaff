// Kernels that keep a host busy, each `rounds` times; the sum that comes back depends on everything computed.
// host-kernels.s is made from this file:
//   riscv64-unknown-elf-gcc -O2 -march=rv64gc -mabi=lp64d -mcmodel=medany -ffreestanding -S host-kernels.c
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;

static u32 table[4096];
static double vector[1024];
static u8 bytes[65536];

static u64 integer(u64 rounds) {
  u64 a = 1, b = 2, c = 3;
  for (u64 i = 0; i < rounds * 1000; i++) {
    a += b ^ (c >> 3);
    b = (b << 5) | (b >> 59);
    c = c * 5 + i;
    a ^= c;
  }
  return a + b + c;
}

static u64 branches(u64 rounds) {
  u64 x = 12345, sum = 0;
  for (u64 i = 0; i < rounds * 700; i++) {
    x = x * 6364136223846793005ul + 1442695040888963407ul;
    if (x >> 63) sum += i;
    else sum ^= i;
    if ((x >> 40 & 7) == 3) sum += 7;
  }
  return sum;
}

static u64 memory(u64 rounds) {
  u64 sum = 0;
  for (u64 r = 0; r < rounds; r++) {
    for (u32 i = 0; i < 1024; i++) table[i] += i ^ (u32)r;
    for (u32 i = 0; i < 1024; i++) sum += table[(i * 37) & 1023];
  }
  return sum;
}

static u64 multiplyDivide(u64 rounds) {
  u64 a = 0x123456789abcdef, sum = 0;
  for (u64 i = 1; i < rounds * 500; i++) {
    a = a * i + 77;
    sum += a / (i + 3) + a % (i | 1);
  }
  return sum;
}

static u64 doublePrecision(u64 rounds) {
  double sum = 0;
  for (int i = 0; i < 1024; i++) vector[i] = i * 0.37;
  for (u64 r = 0; r < rounds; r++)
    for (int i = 0; i < 1023; i++) sum += vector[i] * 1.000001 - vector[i + 1] * 0.5;
  return (u64)sum;
}

__attribute__((noinline)) static u64 fibonacci(u64 n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static u64 calls(u64 rounds) {
  u64 sum = 0;
  for (u64 r = 0; r < rounds; r += 2) sum += fibonacci(16);
  return sum;
}

static u64 copy(u64 rounds) {
  for (u64 r = 0; r < rounds; r++)
    for (u32 i = 0; i < 1024; i++) ((u64 *)bytes)[4096 + i] = ((u64 *)bytes)[i] + r;
  return bytes[40000];
}

// A list that is built, searched, reversed and sorted.
struct node {
  struct node *next;
  int key, value;
};
static struct node nodes[256];

static struct node *mergeSort(struct node *list, int length) {
  if (length <= 1) return list;
  struct node *half = list, *previous = 0;
  for (int k = 0; k < length / 2; k++) previous = half, half = half->next;
  previous->next = 0;
  struct node *a = mergeSort(list, length / 2), *b = mergeSort(half, length - length / 2);
  struct node head, *tail = &head;
  while (a && b) {
    struct node **least = a->key <= b->key ? &a : &b;
    tail->next = *least;
    tail = *least;
    *least = tail->next;
  }
  tail->next = a ? a : b;
  return head.next;
}

static u64 lists(u64 rounds) {
  u64 sum = 0;
  u32 x = 1;
  for (u64 r = 0; r < rounds; r += 8) {
    for (int k = 0; k < 256; k++) {
      x = x * 1664525 + 1013904223;
      nodes[k] = (struct node){k + 1 < 256 ? &nodes[k + 1] : 0, (int)(x >> 16 & 1023), k};
    }
    struct node *list = mergeSort(nodes, 256);
    for (struct node *one = list; one; one = one->next) sum = sum * 31 + (u64)(one->key ^ one->value);
  }
  return sum;
}

static short matrixA[32][32], matrixB[32][32];
static int matrixC[32][32];

static u64 matrices(u64 rounds) {
  u64 sum = 0;
  for (int i = 0; i < 32; i++)
    for (int j = 0; j < 32; j++) matrixA[i][j] = (short)(i * 7 + j), matrixB[i][j] = (short)(i - j * 3);
  for (u64 r = 0; r < rounds; r += 16) {
    for (int i = 0; i < 32; i++)
      for (int j = 0; j < 32; j++) {
        int c = 0;
        for (int k = 0; k < 32; k++) c += matrixA[i][k] * matrixB[k][j];
        matrixC[i][j] = c >> 2;
      }
    for (int i = 0; i < 32; i++) sum += (u64)matrixC[i][(i * 5 + (int)r) & 31];
  }
  return sum;
}

// A scanner of numbers: states and transitions by switch.
static u64 states(u64 rounds) {
  static const char text[] = "12 -7.5 0x1F +3e10 .25 abc 99 1e-5 -0 7. ";
  u64 counts[6] = {0};
  for (u64 r = 0; r < rounds * 4; r++) {
    int state = 0;
    for (const char *p = text; *p; p++) {
      char c = *p;
      switch (state) {
        case 0: state = c == ' ' ? 0 : c == '+' || c == '-' ? 1 : c >= '0' && c <= '9' ? 2 : c == '.' ? 3 : 5; break;
        case 1: state = c >= '0' && c <= '9' ? 2 : c == '.' ? 3 : 5; break;
        case 2: state = c >= '0' && c <= '9' ? 2 : c == '.' ? 3 : c == 'e' ? 4 : c == ' ' ? 0 : 5; break;
        case 3: state = c >= '0' && c <= '9' ? 3 : c == 'e' ? 4 : c == ' ' ? 0 : 5; break;
        case 4: state = (c >= '0' && c <= '9') || c == '-' ? 4 : c == ' ' ? 0 : 5; break;
        default: state = c == ' ' ? 0 : 5;
      }
      counts[state]++;
    }
  }
  return counts[0] + 3 * counts[1] + 5 * counts[2] + 7 * counts[3] + 11 * counts[4] + 13 * counts[5];
}

u64 run(u64 kernel, u64 rounds) {
  switch (kernel) {
    case 0: return integer(rounds);
    case 1: return branches(rounds);
    case 2: return memory(rounds);
    case 3: return multiplyDivide(rounds);
    case 4: return doublePrecision(rounds);
    case 5: return calls(rounds);
    case 6: return copy(rounds);
    case 7: return lists(rounds);
    case 8: return matrices(rounds);
    default: return states(rounds);
  }
}

u64 runMix(u64 rounds) {
  u64 sum = 0;
  for (u64 kernel = 0; kernel < 6; kernel++) sum = sum * 31 + run(kernel, rounds);
  return sum;
}
