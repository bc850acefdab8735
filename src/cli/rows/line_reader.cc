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
    const std::string_view there(buffer_.data() + begin_, end_ - begin_);
    const std::size_t end = there.find('\n', searched);
    if (end != std::string_view::npos) return take(there.substr(0, end), end + 1);
    if (ended_ && there.empty()) return std::nullopt;
    if (ended_) return take(there, there.size());
    searched = there.size();
    TM_TRY_VOID(fill());
  }
}

std::string_view LineReader::take(std::string_view line, std::size_t bytes) {
  begin_ += bytes;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (++line_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return line;
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
