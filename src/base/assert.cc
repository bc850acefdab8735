#include "base/assert.h"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

namespace tidemark {

void assertion_failed(const char* expression, const char* file, int line) {
  const std::string text =
      fmt::format("tidemark: broken invariant {} at {}:{}\n", expression, file, line);
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  std::abort();
}

}  // namespace tidemark
