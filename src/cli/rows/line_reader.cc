#include "cli/rows/line_reader.h"

#include <cstring>

namespace tidemark::cli::rows {
namespace {

constexpr std::size_t kFirstBytes = std::size_t{64} << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Result<std::optional<std::string_view>> LineReader::next() {
  std::size_t searched = 0;
  for (;;) {
    const char* start = buffer_.data() + begin_;
    const std::size_t there = end_ - begin_;
    const void* found =
        there > searched ? std::memchr(start + searched, '\n', there - searched) : nullptr;
    if (found != nullptr || ended_) {
      if (found == nullptr && there == 0) return std::nullopt;
      const std::size_t size =
          found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - start)
                           : there;
      std::string_view out(start, size);
      begin_ += found != nullptr ? size + 1 : size;
      if (out.ends_with('\r')) out.remove_suffix(1);
      if (++line_ == 1 && out.starts_with(kByteOrderMark)) out.remove_prefix(3);
      return out;
    }
    searched = there;
    TM_TRY_VOID(fill());
  }
}

Result<void> LineReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ >= kLineMaxBytes) {
    ++line_;
    return fail(Errc::limit, "line is longer than 1 MiB; is this a text file?");
  }
  if (end_ == buffer_.size()) {
    buffer_.resize(buffer_.empty() ? kFirstBytes : buffer_.size() * 2);
  }
  TM_TRY(const std::size_t got, in_.read(buffer_.data() + end_, buffer_.size() - end_));
  ended_ = got == 0;
  end_ += got;
  return {};
}

}  // namespace tidemark::cli::rows
