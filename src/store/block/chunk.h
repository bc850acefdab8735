#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/sample.h"

namespace tidemark::store {

/// What all samples of one series are; equal to the index in model's Value.
enum class ValueKind : std::uint8_t { number = 0, cell = 1, band = 2, finding = 3 };
inline constexpr std::uint8_t kValueKinds = 4;
/// What stands before a chunk of findings that tell their confidence; `finding`: they do not.
inline constexpr std::uint8_t kSureFindings = 4;

inline ValueKind kind_of(const Value& value) {
  return static_cast<ValueKind>(value.index());
}
/// True for what only the judge makes: no client may send it, the log does not hold it.
inline bool is_derived(const Value& value) {
  return kind_of(value) >= ValueKind::band;
}

/// True if minimum() and count() say all there is: Cell::of() makes it again.
bool is_plain(const Cell& cell);

inline constexpr std::size_t kChunkMaxSamples = 1024;

/// A run of samples of one series in compact bytes (docs/formats/block.md, "Chunk"). Immutable; in
/// heads and blocks alike.
struct Chunk {
  ValueKind kind = ValueKind::number;
  Timestamp first, last;
  std::uint32_t samples = 0;
  std::string bytes;
};

/// `samples`: 1 to kChunkMaxSamples, of one kind, strictly ascending in time, no empty cell.
Chunk encode_chunk(std::span<const Sample> samples);
/// Gives back exactly what was encoded. Anything else: `Errc::corrupt`.
Result<std::vector<Sample>> decode_chunk(std::string_view bytes);

}  // namespace tidemark::store
