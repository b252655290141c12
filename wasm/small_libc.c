// Functions of the C library that the JSON library calls, done in a hundredth of the size. The
// C library's own bring arithmetic in 128 bits along, and the whole of printf.

#include <float.h>
#include <stdarg.h>
#include <stddef.h>

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

// The library writes two kinds of text with it: a control character as a backslash, "u" and four digits;
// and messages about JSON that is none, which nobody is shown.
int snprintf(char* text, size_t size, const char* format, ...) {
  static const char kDigits[] = "0123456789abcdef";
  if (size > 0) *text = '\0';
  if (format[0] != '\\' || size < 7) return 0;
  va_list arguments;
  va_start(arguments, format);
  unsigned code = va_arg(arguments, unsigned);
  va_end(arguments);
  text[0] = '\\';
  text[1] = 'u';
  for (int at = 5; at > 1; --at, code >>= 4) text[at] = kDigits[code & 15];
  text[6] = '\0';
  return 6;
}
