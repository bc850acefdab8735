#include "store/log/payload.h"

#include <cmath>

namespace tidemark::store {
namespace {

/// How a cell is written: most hold one observation, or one value several times.
enum class CellForm : std::uint8_t { one = 0, plain = 1, whole = 2 };

void put_cell(const Cell& cell, ByteSink& out) {
  if (!is_plain(cell)) {
    out.u8(static_cast<std::uint8_t>(CellForm::whole));
    cell.save(out);
    return;
  }
  const bool one = cell.count() == 1;
  out.u8(static_cast<std::uint8_t>(one ? CellForm::one : CellForm::plain));
  out.f64(cell.minimum());
  if (!one) out.f64(cell.count());
}

Result<Value> get_cell(ByteSource& in) {
  TM_TRY(const std::uint8_t form, in.u8());
  if (form == static_cast<std::uint8_t>(CellForm::whole)) {
    TM_TRY(auto cell, Cell::restore(in));
    return Value(std::move(cell));
  }
  if (form > 2) return fail(Errc::corrupt, "cell of unknown form");
  TM_TRY(const double value, in.f64());
  double count = 1;
  if (form == static_cast<std::uint8_t>(CellForm::plain)) {
    TM_TRY(count, in.f64());
  }
  if (!std::isfinite(value) || !std::isfinite(count) || !(count > 0)) {
    return fail(Errc::corrupt, "cell is not finite or empty");
  }
  return Value(Cell::of(value, count));
}

Result<Value> get_value(ValueKind kind, ByteSource& in) {
  if (kind == ValueKind::cell) return get_cell(in);
  TM_TRY(const double value, in.f64());
  return Value(value);
}

Result<ValueKind> get_kind(ByteSource& in) {
  TM_TRY(const std::uint8_t kind, in.u8());
  if (kind > static_cast<std::uint8_t>(ValueKind::cell)) {
    return fail(Errc::corrupt, "series of unknown kind");
  }
  return static_cast<ValueKind>(kind);
}

Result<LoggedSeries> get_series(ByteSource& in, std::int64_t* last_ns) {
  LoggedSeries series;
  TM_TRY(const std::uint64_t id, in.varint());
  series.id = SeriesId{id};
  TM_TRY(series.kind, get_kind(in));
  TM_TRY(const std::uint64_t count, in.varint());
  if (count > in.left()) return fail(Errc::corrupt, "series has more samples than bytes");
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(const std::int64_t delta, in.svarint());
    *last_ns = static_cast<std::int64_t>(static_cast<std::uint64_t>(*last_ns) +
                                         static_cast<std::uint64_t>(delta));
    TM_TRY(auto value, get_value(series.kind, in));
    series.samples.push_back({Timestamp::from_ns(*last_ns), std::move(value)});
  }
  return series;
}

}  // namespace

BatchEncoder::BatchEncoder(std::string_view invocation_id,
                           std::span<const SeriesEntry* const> definitions,
                           std::size_t series) {
  out_.text(invocation_id);
  out_.varint(definitions.size());
  for (const SeriesEntry* entry : definitions) {
    out_.varint(static_cast<std::uint64_t>(entry->definition.id));
    out_.u8(static_cast<std::uint8_t>(entry->definition.kind));
    out_.text(encode_series_key(entry->definition.key));
  }
  out_.varint(series);
}

void BatchEncoder::add_series(SeriesId id, ValueKind kind, std::span<const Sample> samples) {
  out_.varint(static_cast<std::uint64_t>(id));
  out_.u8(static_cast<std::uint8_t>(kind));
  out_.varint(samples.size());
  for (const Sample& sample : samples) {
    out_.svarint(static_cast<std::int64_t>(static_cast<std::uint64_t>(sample.at.ns()) -
                                           static_cast<std::uint64_t>(last_ns_)));
    last_ns_ = sample.at.ns();
    if (kind == ValueKind::cell) {
      put_cell(std::get<Cell>(sample.value), out_);
    } else {
      out_.f64(std::get<double>(sample.value));
    }
  }
}

Result<LoggedBatch> decode_batch(std::string_view payload) {
  ByteSource in(payload);
  LoggedBatch batch;
  TM_TRY(const auto invocation_id, in.text());
  batch.invocation_id = invocation_id;
  TM_TRY(const std::uint64_t definitions, in.varint());
  for (std::uint64_t i = 0; i < definitions; ++i) {
    SeriesDefinition definition;
    TM_TRY(const std::uint64_t id, in.varint());
    definition.id = SeriesId{id};
    TM_TRY(definition.kind, get_kind(in));
    TM_TRY(const auto key, in.text());
    TM_TRY(definition.key, decode_series_key(key));
    batch.definitions.push_back(std::move(definition));
  }
  TM_TRY(const std::uint64_t series, in.varint());
  std::int64_t last_ns = 0;
  for (std::uint64_t i = 0; i < series; ++i) {
    TM_TRY(auto each, get_series(in, &last_ns));
    batch.series.push_back(std::move(each));
  }
  if (!in.empty()) return fail(Errc::corrupt, "batch record has bytes behind its end");
  return batch;
}

}  // namespace tidemark::store
