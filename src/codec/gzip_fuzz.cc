#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/gzip.h"

namespace codec = tidemark::codec;

// Decompressing is bounded and does not depend on how the bytes are cut; compressing undoes it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMax = std::size_t{1} << 20U;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = codec::inflate(bytes, kMax);
  codec::Inflater inflater(kMax);
  bool fed = true;
  for (std::size_t at = 0; at < size && fed; at += 7)
    fed = inflater.feed(bytes.substr(at, 7)).has_value();
  TM_ASSERT(inflater.capacity() <= kMax);
  const auto pieces = fed ? std::move(inflater).finish() : tidemark::Result<std::string>("");
  TM_ASSERT(whole.has_value() == (fed && pieces.has_value()));
  TM_ASSERT(!whole || *whole == *pieces);
  TM_ASSERT(codec::inflate(codec::deflate(bytes), size).value() == bytes);
  return 0;
}
