// Functions of the C library, and of the C++ one's foundation, that are called from few places, done
// in a hundredth of the size. Their own bring arithmetic in 128 bits along, and the whole of printf.

#include <float.h>
#include <stdlib.h>

// A number with a fraction or an exponent, whose form the parser has looked at. No field of ours
// may be one (core/event/json_fields.h), so that it need not be right to the last bit; and none is
// too big, for what the hub has let through must not fail here.
double strtod(const char* text, char** end) {
  double value = 0;
  int exponent = 0, written = 0;
  const char* at = text;
  const int negative = *at == '-';
  if (negative) ++at;
  for (; *at >= '0' && *at <= '9'; ++at) value = value * 10 + (*at - '0');
  if (*at == '.')
    for (++at; *at >= '0' && *at <= '9'; ++at, --exponent) value = value * 10 + (*at - '0');
  if (*at == 'e' || *at == 'E') {
    const int down = *++at == '-';
    if (*at == '-' || *at == '+') ++at;
    for (; *at >= '0' && *at <= '9'; ++at)
      if (written < 1000) written = written * 10 + (*at - '0');
    exponent += down ? -written : written;
  }
  for (; exponent > 0 && value != 0; --exponent) value *= 10;
  for (; exponent < 0 && value != 0; ++exponent) value /= 10;
  if (value > DBL_MAX) value = DBL_MAX;
  if (end) *end = (char*)at;
  return negative ? -value : value;
}

// In one file of the C library with the other, which would come along.
float strtof(const char* text, char** end) {
  return (float)strtod(text, end);
}
long double strtold(const char* text, char** end) {
  return strtod(text, end);
}

// Embind names a type by its address with it, in messages about types that are not bound; all are.
int siprintf(char* text, const char* format, ...) {
  (void)format;
  *text = '\0';
  return 0;
}

// What libc++abi says before it gives up (no exception was caught). Nobody would be there to read
// it: the worker starts another module, whatever ended this one.
_Noreturn void abort_message(const char* format, ...) {
  (void)format;
  abort();
}
