#include "store/control/commit_count.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"

namespace tidemark::store::control {
namespace {

/// Digits and a line end: always of the same size, so that each writing replaces all of it.
constexpr std::size_t kDigits = 20;

}  // namespace

CommitCount::CommitCount(const std::string& path)
    : file_(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
  if (file_ >= 0) return;
  log(LogLevel::warn,
      "lost changes of the control database will not be noticed",
      {{"file", path}, {"why", std::generic_category().message(errno)}});
}

CommitCount::~CommitCount() {
  if (file_ >= 0) ::close(file_);
}

std::optional<std::int64_t> CommitCount::read() const {
  std::array<char, kDigits + 1> text{};
  if (file_ < 0 || ::pread(file_, text.data(), text.size(), 0) != ssize_t{kDigits + 1}) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + kDigits, count);
  const bool good = error == std::errc() && end == text.data() + kDigits && text.back() == '\n';
  return good && count >= 0 ? std::optional(count) : std::nullopt;
}

void CommitCount::write(std::int64_t count) const {
  if (file_ < 0) return;
  const std::string text = fmt::format("{:0{}}\n", count, kDigits);
  // A failure costs no more than that a loss would not be noticed.
  [[maybe_unused]] const auto written = ::pwrite(file_, text.data(), text.size(), 0);
}

}  // namespace tidemark::store::control
