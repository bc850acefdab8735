// Any bytes as each section of a block. A chunk that can be read must survive being written again.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "store/block/block_format.h"
#include "store/block/chunk.h"

namespace {

using tidemark::store::decode_chunk;

bool has_empty_cell(const std::vector<tidemark::Sample>& samples) {
  for (const auto& sample : samples) {
    const auto* cell = std::get_if<tidemark::Cell>(&sample.value);
    if (cell != nullptr && !(cell->count() > 0)) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto samples = decode_chunk(bytes);
  if (samples && !has_empty_cell(*samples)) {
    const auto again = decode_chunk(tidemark::store::encode_chunk(*samples).bytes);
    TM_ASSERT(again.has_value() && again->size() == samples->size());
    for (std::size_t i = 0; i < again->size(); ++i)
      TM_ASSERT((*again)[i].at == (*samples)[i].at);
  }
  (void)tidemark::store::decode_page(bytes);
  (void)tidemark::store::find_in_page(bytes, tidemark::SeriesId{2});
  (void)tidemark::store::decode_directory(bytes);
  (void)tidemark::store::get_block_header(bytes);
  (void)tidemark::store::get_block_footer(bytes, 0);
  return 0;
}
