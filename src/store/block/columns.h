#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tidemark::store {

/// Integers, in the smallest of three forms (docs/formats/block.md, "Integer column"). The reader
/// must know the count, which is at least 1.
void put_integers(std::span<const std::int64_t> values, ByteSink& out);
Result<std::vector<std::int64_t>> get_integers(ByteSource& in, std::size_t count);

/// Doubles, bit for bit: one constant, decimals as scaled integers, or the method of Gorilla
/// (Pelkonen et al., VLDB 2015, section 4.1.2) with 6-bit fields ("Number column").
void put_numbers(std::span<const double> values, ByteSink& out);
Result<std::vector<double>> get_numbers(ByteSource& in, std::size_t count);

}  // namespace tidemark::store
