// The rows of a series from any bytes: what is read must not depend on how the bytes are cut, and
// every row must hold a finite value or none.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "cli/rows/row_reader.h"

namespace tidemark::cli::rows {
namespace {

std::string all_rows(std::string_view bytes, std::size_t piece) {
  const auto in = text_input(bytes, piece);
  RowReader reader(*in, "fuzz");
  std::string out;
  for (;;) {
    const auto row = reader.next();
    if (!row) return out + row.error().what;
    if (*row == nullptr) return out;
    const Row& read = **row;
    TM_ASSERT(!read.time_text.empty());
    TM_ASSERT(read.value.has_value() == !read.value_text.empty());
    TM_ASSERT(!read.value || std::isfinite(*read.value));
    out += read.time_text + "," + read.value_text + "\n";
  }
}

}  // namespace
}  // namespace tidemark::cli::rows

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tidemark::cli::rows::all_rows;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = all_rows(bytes, SIZE_MAX);
  TM_ASSERT(whole == all_rows(bytes, 1));
  TM_ASSERT(whole == all_rows(bytes, 7));
  return 0;
}
