#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::cli::rows {

/// Where text goes, in order.
class ByteOutput {
 public:
  virtual ~ByteOutput() = default;
  /// All of `text`. Errc::unavailable: the reader has left; Errc::io: writing failed.
  virtual Result<void> write(std::string_view text) = 0;
};

/// A file descriptor that stays open. SIGPIPE must be ignored for Errc::unavailable to be seen.
class DescriptorOutput final : public ByteOutput {
 public:
  DescriptorOutput(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}
  Result<void> write(std::string_view text) override;

 private:
  std::string name_;
  int fd_;
};

/// Collects the text.
class TextOutput final : public ByteOutput {
 public:
  Result<void> write(std::string_view text) override {
    text_ += text;
    return {};
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace tidemark::cli::rows
