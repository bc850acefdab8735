#pragma once

namespace tidemark {

/// Writes the broken invariant to stderr and stops the process (SIGABRT).
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace tidemark

/// A broken invariant of ours (never bad input) stops the process: going on could damage data.
#define TM_ASSERT(expression)                                                         \
  do {                                                                                \
    if (!(expression)) ::tidemark::assertion_failed(#expression, __FILE__, __LINE__); \
  } while (false)
