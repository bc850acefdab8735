#include "cli/rows/byte_input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidemark::cli::rows {
namespace {

class DescriptorInput final : public ByteInput {
 public:
  DescriptorInput(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}
  ~DescriptorInput() override {
    if (fd_ != STDIN_FILENO) ::close(fd_);
  }
  DescriptorInput(const DescriptorInput&) = delete;
  DescriptorInput& operator=(const DescriptorInput&) = delete;

  Result<std::size_t> read(char* to, std::size_t size) override {
    for (;;) {
      const ssize_t got = ::read(fd_, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR) continue;
      return fail(
          Errc::io,
          fmt::format("{}: cannot read: {}", name_, std::generic_category().message(errno)));
    }
  }

 private:
  std::string name_;
  int fd_;
};

class TextInput final : public ByteInput {
 public:
  TextInput(std::string_view text, std::size_t piece) : rest_(text), piece_(piece) {}

  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t count = std::min({size, piece_, rest_.size()});
    if (count > 0) std::memcpy(to, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  std::size_t piece_;
};

}  // namespace

Result<std::unique_ptr<ByteInput>> open_input(const std::string& path) {
  if (path == "-") return std::make_unique<DescriptorInput>("standard input", STDIN_FILENO);
  const auto refuse = [&path](int error) {
    return fail(Errc::invalid,
                fmt::format("cannot read {}: {}; give a file's path, or - for standard input",
                            path,
                            std::generic_category().message(error)));
  };
  int fd = -1;
  do {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return refuse(errno);
  auto input = std::make_unique<DescriptorInput>(path, fd);
  struct stat about{};
  if (::fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) return refuse(EISDIR);
  return input;
}

std::optional<std::uint64_t> size_of(const std::string& path) {
  struct stat about{};
  const bool is_file = path != "-" && ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
  return is_file ? std::optional(static_cast<std::uint64_t>(about.st_size)) : std::nullopt;
}

std::unique_ptr<ByteInput> text_input(std::string_view text, std::size_t piece) {
  return std::make_unique<TextInput>(text, std::max<std::size_t>(piece, 1));
}

}  // namespace tidemark::cli::rows
