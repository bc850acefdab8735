// Any bytes as a log segment and as a batch record.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "store/log/frame.h"
#include "store/log/payload.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto scan = tidemark::store::scan_segment(bytes, "01234567-89ab-4cde-8f01-23456789abcd");
  if (scan) {
    std::uint64_t last = 0;
    for (const auto& record : scan->records) {
      TM_ASSERT(record.sequence > last);
      last = record.sequence;
      (void)tidemark::store::decode_batch(record.payload);
    }
  }
  (void)tidemark::store::decode_batch(bytes);
  return 0;
}
