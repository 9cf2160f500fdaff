/* The whole library: commands, counters, products, convolutions and the other layers, on the hart and on the accelerator. */
#ifndef GEMMINI_LIBRARY_H
#define GEMMINI_LIBRARY_H

#include "gemmini_counter.h"
#include "gemmini_conv.h"
#include "gemmini_layers.h"

#endif
