#include "codec/gzip.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <zlib.h>

#include "base/assert.h"

namespace tidemark::codec {
namespace {

constexpr std::size_t kFirstBytes = std::size_t{16} << 10U;
constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kGzipOrZlib = 32 + MAX_WBITS;

// zlib never writes to its input; its interface is older than const.
Bytef* input_of(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

uInt input_size(std::string_view bytes) {
  return static_cast<uInt>(std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
}

std::string size_text(std::size_t bytes) {
  const bool whole = bytes >= (1U << 20U) && bytes % (1U << 20U) == 0;
  return whole ? fmt::format("{} MiB", bytes >> 20U) : fmt::format("{} bytes", bytes);
}

}  // namespace

struct Inflater::State {
  explicit State(std::size_t max) : max_bytes(max) {
    TM_ASSERT(inflateInit2(&stream, kGzipOrZlib) == Z_OK);
  }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Room for one more step; false: the limit is reached. Doubles, but never past the limit.
  bool grow() {
    if (used < buffer.size()) return true;
    if (buffer.size() >= max_bytes) return false;
    const std::size_t wanted = std::min(max_bytes, std::max(kFirstBytes, buffer.size() * 2));
    std::string bigger(wanted, '\0');  // a new one: resize() may take more than is asked for
    std::copy_n(buffer.data(), used, bigger.data());
    buffer = std::move(bigger);
    return true;
  }

  // One call of zlib into the room left; with none left, into one spare byte, which tells a stream
  // that fits exactly from one that goes on.
  Result<void> step() {
    char spare = 0;
    const bool room = grow();
    const std::size_t left = std::min<std::size_t>(buffer.size() - used, 1U << 30U);
    const uInt space = room ? static_cast<uInt>(left) : 1;
    stream.next_out = reinterpret_cast<Bytef*>(room ? buffer.data() + used : &spare);
    stream.avail_out = space;
    const int code = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t produced = space - stream.avail_out;
    if (!room && produced > 0) {
      return fail(Errc::limit, fmt::format("decompressed size exceeds {}", size_text(max_bytes)));
    }
    used += produced;
    if (code == Z_STREAM_END) {
      ended = true;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      const char* what = stream.msg != nullptr ? stream.msg : "not a gzip or zlib stream";
      return fail(Errc::invalid, fmt::format("cannot decompress: {}", what));
    }
    return {};
  }

  z_stream stream{};
  std::size_t max_bytes;
  std::string buffer;  // as large as what it may hold now; `used` bytes of it are filled
  std::size_t used = 0;
  bool zlib = false;   // the format allows one stream only
  bool begun = false;  // the first byte was seen
  bool ended = false;  // at the end of a member
};

Inflater::Inflater(std::size_t max_bytes) : state_(std::make_unique<State>(max_bytes)) {}
Inflater::~Inflater() = default;

Result<void> Inflater::feed(std::string_view compressed) {
  State& s = *state_;
  while (!compressed.empty()) {
    if (!s.begun) {
      s.begun = true;
      s.zlib = compressed[0] != '\x1f';
    }
    if (s.ended) {
      if (s.zlib || compressed[0] != '\x1f') {
        return fail(Errc::invalid, "cannot decompress: bytes after the end of the stream");
      }
      TM_ASSERT(inflateReset2(&s.stream, kGzip) == Z_OK);
      s.ended = false;
    }
    s.stream.next_in = input_of(compressed);
    s.stream.avail_in = input_size(compressed);
    const uInt given = s.stream.avail_in;
    do {
      TM_TRY_VOID(s.step());
      // A full buffer means that more may be waiting inside zlib.
    } while (!s.ended && (s.stream.avail_in > 0 || s.stream.avail_out == 0));
    compressed.remove_prefix(given - s.stream.avail_in);
  }
  return {};
}

Result<std::string> Inflater::finish() && {
  if (!state_->ended) return fail(Errc::invalid, "cannot decompress: the stream is cut off");
  state_->buffer.resize(state_->used);
  return std::move(state_->buffer);
}

std::size_t Inflater::capacity() const {
  return state_->buffer.capacity();
}

struct Deflater::State {
  z_stream stream{};
  std::string out;

  void run(std::string_view bytes, int flush) {
    char room[16384];
    stream.next_in = input_of(bytes);
    stream.avail_in = input_size(bytes);
    do {
      stream.next_out = reinterpret_cast<Bytef*>(room);
      stream.avail_out = sizeof room;
      TM_ASSERT(::deflate(&stream, flush) != Z_STREAM_ERROR);
      out.append(room, sizeof room - stream.avail_out);
    } while (stream.avail_out == 0);
  }
};

Deflater::Deflater() : state_(std::make_unique<State>()) {
  constexpr int kMemoryLevel = 8;
  TM_ASSERT(deflateInit2(&state_->stream,
                         Z_DEFAULT_COMPRESSION,
                         Z_DEFLATED,
                         kGzip,
                         kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
}

Deflater::~Deflater() {
  deflateEnd(&state_->stream);
}

void Deflater::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, std::size_t{1} << 30U);
    state_->run(part, Z_NO_FLUSH);
    bytes.remove_prefix(part.size());
  }
}

std::string Deflater::finish() && {
  state_->run({}, Z_FINISH);
  return std::move(state_->out);
}

Result<std::string> inflate(std::string_view compressed, std::size_t max_bytes) {
  Inflater inflater(max_bytes);
  TM_TRY_VOID(inflater.feed(compressed));
  return std::move(inflater).finish();
}

std::string deflate(std::string_view bytes) {
  Deflater deflater;
  deflater.feed(bytes);
  return std::move(deflater).finish();
}

}  // namespace tidemark::codec
