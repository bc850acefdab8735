// Any bytes as manifest, checkpoint and catalog. The first byte says which; a right checksum is put
// behind the rest, so that what lies inside is reached.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "store/block/block_format.h"
#include "store/block/checkpoint.h"
#include "store/block/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace store = tidemark::store;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)store::decode_manifest(bytes);
  (void)store::decode_checkpoint(bytes);
  (void)store::decode_catalog(bytes);
  if (bytes.empty()) return 0;
  tidemark::ByteSink sealed;
  store::put_section(bytes.substr(1), 0, sealed);
  if (bytes[0] == 'm') {
    if (const auto manifest = store::decode_manifest(sealed.view())) {
      const auto again = store::decode_manifest(store::encode_manifest(*manifest));
      TM_ASSERT(again.has_value() && again->blocks.size() == manifest->blocks.size());
    }
  } else if (bytes[0] == 'c') {
    (void)store::decode_checkpoint(sealed.view());
  } else {
    (void)store::decode_catalog(sealed.view());
  }
  return 0;
}
