#include "store/block/chunk.h"

#include <array>
#include <cmath>

#include "base/assert.h"
#include "base/bytes.h"
#include "store/block/columns.h"

namespace tidemark::store {
namespace {

/// Times are kept in the largest of these that divides them all, in ns.
constexpr std::array<std::int64_t, 4> kUnits{1'000'000'000, 1'000'000, 1'000, 1};
constexpr std::size_t kBandColumns = 7;

void put_times(std::span<const Sample> samples, ByteSink& out) {
  std::size_t unit = 0;
  for (const Sample& sample : samples) {
    while (sample.at.ns() % kUnits[unit] != 0)
      ++unit;
  }
  std::vector<std::int64_t> times;
  for (const Sample& sample : samples)
    times.push_back(sample.at.ns() / kUnits[unit]);
  out.u8(static_cast<std::uint8_t>(unit));
  put_integers(times, out);
}

Result<void> get_times(ByteSource& in, std::vector<Sample>* samples) {
  TM_TRY(const std::uint8_t unit, in.u8());
  if (unit >= kUnits.size()) return fail(Errc::corrupt, "chunk has an unknown unit of time");
  TM_TRY(const auto times, get_integers(in, samples->size()));
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(times[i], kUnits[unit], &ns)) {
      return fail(Errc::corrupt, "chunk has a time out of range");
    }
    if (i > 0 && ns <= (*samples)[i - 1].at.ns()) {
      return fail(Errc::corrupt, "chunk's times do not ascend");
    }
    (*samples)[i].at = Timestamp::from_ns(ns);
  }
  return {};
}

void put_flags(const std::vector<bool>& flags, ByteSink& out) {
  for (std::size_t i = 0; i < flags.size(); i += 8) {
    unsigned byte = 0;
    for (std::size_t j = 0; j < 8 && i + j < flags.size(); ++j) {
      if (flags[i + j]) byte |= 1U << j;
    }
    out.u8(static_cast<std::uint8_t>(byte));
  }
}

Result<std::vector<bool>> get_flags(ByteSource& in, std::size_t count) {
  TM_TRY(const auto bytes, in.raw((count + 7) / 8));
  std::vector<bool> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = (static_cast<unsigned char>(bytes[i / 8]) >> (i % 8) & 1U) != 0;
  }
  return out;
}

void put_cells(std::span<const Sample> samples, ByteSink& out) {
  std::vector<bool> plain;
  std::vector<double> values, counts;
  for (const Sample& sample : samples) {
    const Cell& cell = std::get<Cell>(sample.value);
    plain.push_back(is_plain(cell));
    if (!plain.back()) continue;
    values.push_back(cell.minimum());
    counts.push_back(cell.count());
  }
  const bool mixed = values.size() != samples.size();
  out.u8(mixed ? 1 : 0);
  if (mixed) put_flags(plain, out);
  if (!values.empty()) {
    put_numbers(values, out);
    put_numbers(counts, out);
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!plain[i]) std::get<Cell>(samples[i].value).save(out);
  }
}

Result<void> get_cells(ByteSource& in, std::vector<Sample>* samples) {
  TM_TRY(const std::uint8_t mixed, in.u8());
  if (mixed > 1) return fail(Errc::corrupt, "chunk of cells has an unknown form");
  std::vector<bool> plain(samples->size(), true);
  if (mixed == 1) {
    TM_TRY(plain, get_flags(in, samples->size()));
  }
  std::size_t plains = 0;
  for (const bool each : plain)
    plains += each ? 1 : 0;
  std::vector<double> values, counts;
  if (plains > 0) {
    TM_TRY(values, get_numbers(in, plains));
    TM_TRY(counts, get_numbers(in, plains));
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < samples->size(); ++i) {
    if (!plain[i]) {
      TM_TRY((*samples)[i].value, Cell::restore(in));
      continue;
    }
    const double value = values[next], count = counts[next];
    ++next;
    if (!std::isfinite(value) || !std::isfinite(count) || !(count > 0)) {
      return fail(Errc::corrupt, "cell is not finite or empty");
    }
    (*samples)[i].value = Cell::of(value, count);
  }
  return {};
}

std::array<double, kBandColumns> numbers_of(const IssuedBand& band) {
  return {band.expected,
          band.below[0],
          band.below[1],
          band.below[2],
          band.above[0],
          band.above[1],
          band.above[2]};
}

void put_bands(std::span<const Sample> samples, ByteSink& out) {
  std::vector<bool> replay;
  for (const Sample& sample : samples)
    replay.push_back(std::get<IssuedBand>(sample.value).replay);
  put_flags(replay, out);
  for (std::size_t column = 0; column < kBandColumns; ++column) {
    std::vector<double> values;
    for (const Sample& sample : samples) {
      values.push_back(numbers_of(std::get<IssuedBand>(sample.value))[column]);
    }
    put_numbers(values, out);
  }
}

Result<void> get_bands(ByteSource& in, std::vector<Sample>* samples) {
  TM_TRY(const auto replay, get_flags(in, samples->size()));
  std::array<std::vector<double>, kBandColumns> columns;
  for (auto& column : columns) {
    TM_TRY(column, get_numbers(in, samples->size()));
  }
  for (std::size_t i = 0; i < samples->size(); ++i) {
    IssuedBand band;
    band.expected = columns[0][i];
    for (std::size_t k = 0; k < 3; ++k) {
      band.below[k] = columns[1 + k][i];
      band.above[k] = columns[4 + k][i];
    }
    band.replay = replay[i];
    (*samples)[i].value = band;
  }
  return {};
}

template <typename Number>
void put_finding_integers(std::span<const Sample> samples, Number number, ByteSink& out) {
  std::vector<std::int64_t> values;
  for (const Sample& sample : samples)
    values.push_back(number(sample, std::get<Finding>(sample.value)));
  put_integers(values, out);
}

void put_findings(std::span<const Sample> samples, ByteSink& out) {
  std::vector<bool> replay, late;
  std::vector<double> values, scores, confidences;
  for (const Sample& sample : samples) {
    const auto& finding = std::get<Finding>(sample.value);
    replay.push_back(finding.replay);
    late.push_back(finding.late);
    values.push_back(finding.value);
    scores.push_back(finding.score);
    confidences.push_back(finding.confidence);
    out.u8(static_cast<std::uint8_t>(finding.kind));
  }
  put_flags(replay, out);
  put_flags(late, out);
  put_numbers(values, out);
  put_numbers(scores, out);
  put_finding_integers(
      samples, [](const Sample& s, const Finding& f) { return s.at.ns() - f.began.ns(); }, out);
  put_finding_integers(
      samples,
      [](const Sample&, const Finding& f) { return static_cast<std::int64_t>(f.learned); },
      out);
  put_finding_integers(
      samples,
      [](const Sample&, const Finding& f) { return static_cast<std::int64_t>(f.revision); },
      out);
  put_numbers(confidences, out);
}

/// Those that an earlier version kept have none.
Result<std::vector<double>> get_confidences(ByteSource& in, std::size_t count, bool are_kept) {
  if (!are_kept) return std::vector<double>(count, Finding::kNotKept);
  TM_TRY(auto out, get_numbers(in, count));
  for (const double each : out) {
    if (each != Finding::kNotKept && !(each >= 0 && each <= 1)) {
      return fail(Errc::corrupt, "finding has an impossible confidence");
    }
  }
  return out;
}

Result<void> get_findings(ByteSource& in, bool with_confidence, std::vector<Sample>* samples) {
  const std::size_t count = samples->size();
  TM_TRY(const auto kinds, in.raw(count));
  TM_TRY(const auto replay, get_flags(in, count));
  TM_TRY(const auto late, get_flags(in, count));
  TM_TRY(const auto values, get_numbers(in, count));
  TM_TRY(const auto scores, get_numbers(in, count));
  TM_TRY(const auto ages, get_integers(in, count));
  TM_TRY(const auto learned, get_integers(in, count));
  TM_TRY(const auto revisions, get_integers(in, count));
  TM_TRY(const auto confidences, get_confidences(in, count, with_confidence));
  for (std::size_t i = 0; i < count; ++i) {
    const auto kind = static_cast<std::uint8_t>(kinds[i]);
    std::int64_t began = 0;
    if (kind >= kFindingKinds || __builtin_sub_overflow((*samples)[i].at.ns(), ages[i], &began)) {
      return fail(Errc::corrupt, "finding has an unknown kind or an impossible start");
    }
    (*samples)[i].value = Finding{values[i],
                                  scores[i],
                                  static_cast<FindingKind>(kind),
                                  Timestamp::from_ns(began),
                                  static_cast<std::uint64_t>(learned[i]),
                                  static_cast<std::uint64_t>(revisions[i]),
                                  replay[i],
                                  late[i],
                                  confidences[i]};
  }
  return {};
}

}  // namespace

bool is_plain(const Cell& cell) {
  const bool possible = cell.has_distribution() && !cell.is_sketch() &&
                        cell.minimum() == cell.maximum() && std::isfinite(cell.minimum()) &&
                        std::isfinite(cell.count()) && cell.count() > 0;
  return possible && Cell::of(cell.minimum(), cell.count()) == cell;
}

Chunk encode_chunk(std::span<const Sample> samples) {
  TM_ASSERT(!samples.empty() && samples.size() <= kChunkMaxSamples);
  Chunk chunk;
  chunk.kind = kind_of(samples.front().value);
  chunk.first = samples.front().at;
  chunk.last = samples.back().at;
  chunk.samples = static_cast<std::uint32_t>(samples.size());
  ByteSink out;
  const bool are_findings = chunk.kind == ValueKind::finding;
  out.u8(are_findings ? kSureFindings : static_cast<std::uint8_t>(chunk.kind));
  out.varint(samples.size());
  put_times(samples, out);
  switch (chunk.kind) {
    case ValueKind::number: {
      std::vector<double> values;
      for (const Sample& sample : samples)
        values.push_back(std::get<double>(sample.value));
      put_numbers(values, out);
      break;
    }
    case ValueKind::cell:
      put_cells(samples, out);
      break;
    case ValueKind::band:
      put_bands(samples, out);
      break;
    case ValueKind::finding:
      put_findings(samples, out);
      break;
  }
  chunk.bytes = std::move(out).take();
  chunk.bytes.shrink_to_fit();
  return chunk;
}

Result<std::vector<Sample>> decode_chunk(std::string_view bytes) {
  ByteSource in(bytes);
  TM_TRY(std::uint8_t kind, in.u8());
  TM_TRY(const std::uint64_t count, in.varint());
  const bool is_sure = kind == kSureFindings;
  if (is_sure) kind = static_cast<std::uint8_t>(ValueKind::finding);
  if (kind >= kValueKinds || count == 0 || count > kChunkMaxSamples) {
    return fail(Errc::corrupt, "chunk has an unknown kind or a wrong number of samples");
  }
  std::vector<Sample> out(count);
  TM_TRY_VOID(get_times(in, &out));
  switch (static_cast<ValueKind>(kind)) {
    case ValueKind::number: {
      TM_TRY(const auto values, get_numbers(in, count));
      for (std::size_t i = 0; i < count; ++i)
        out[i].value = values[i];
      break;
    }
    case ValueKind::cell:
      TM_TRY_VOID(get_cells(in, &out));
      break;
    case ValueKind::band:
      TM_TRY_VOID(get_bands(in, &out));
      break;
    case ValueKind::finding:
      TM_TRY_VOID(get_findings(in, is_sure, &out));
      break;
  }
  if (!in.empty()) return fail(Errc::corrupt, "chunk has bytes behind its end");
  return out;
}

}  // namespace tidemark::store
