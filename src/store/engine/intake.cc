#include "store/engine/intake.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crc32c.h"
#include "store/log/payload.h"

namespace tidemark::store {
namespace {

/// Answers a batch and the repeats that joined it while it was in flight.
struct BatchAnswer {
  Invocations& invocations;
  Meter& meter;
  SampleSink::Done done;

  void operator()(const LogRecord& record, const Result<void>& result) const {
    const std::string& id = record.batch.invocation_id;
    if (!result) {
      std::vector<SampleSink::Done> joined;
      if (!id.empty()) joined = invocations.abort(id);
      done(tl::unexpected(result.error()));
      for (const auto& each : joined)
        each(tl::unexpected(result.error()));
      return;
    }
    std::vector<SampleSink::Done> joined;
    if (!id.empty()) joined = invocations.accept({id, record.received_at, record.sequence});
    std::size_t samples = 0;
    for (const SeriesSamples& series : record.batch.series)
      samples += series.samples.size();
    meter.counter("tidemark_store_samples_total").add(static_cast<double>(samples));
    done(Accepted{record.sequence, false});
    for (const auto& each : joined)
      each(Accepted{record.sequence, true});
  }
};

Result<void> check_kind(const SeriesEntry& entry, const SeriesSamples& series) {
  if (entry.definition.kind == kind_of(series.samples.front().value)) return {};
  return fail(Errc::invalid,
              fmt::format("series {} holds samples of another kind", to_text(series.key)));
}

/// Only keys that make_series_key() gives can be read back from the log.
Result<void> check_key(const SeriesKey& key) {
  TM_TRY(const SeriesKey checked, make_series_key(key.name, key.labels));
  if (checked == key) return {};
  return fail(Errc::invalid,
              fmt::format("series {}: labels are not sorted or empty", to_text(key)));
}

}  // namespace

Intake::Intake(const StoreOptions& options,
               const StoreDeps& deps,
               Catalog& catalog,
               Invocations& invocations,
               Shards& shards)
    : options_(options),
      deps_(deps),
      catalog_(catalog),
      invocations_(invocations),
      shards_(shards),
      disk_(options, deps) {}

void Intake::count_refusal(Errc code) {
  deps_.meter.counter(fmt::format("tidemark_store_refused_total{{reason=\"{}\"}}", errc_name(code)))
      .add();
}

void Intake::write(Committer& committer, Batch batch, SampleSink::Done done) {
  auto fit = validate(batch);
  if (fit) fit = disk_.check();
  if (!fit) {
    count_refusal(fit.error().code);
    return done(tl::unexpected(fit.error()));
  }
  if (!batch.invocation_id.empty()) {
    std::uint64_t sequence = 0;
    switch (invocations_.begin(batch.invocation_id, deps_.clock.wall(), &done, &sequence)) {
      case Invocations::Begin::known:
        return done(Accepted{sequence, true});
      case Invocations::Begin::joined:
        return;
      case Invocations::Begin::fresh:
        break;
    }
  }
  auto record = std::make_shared<LogRecord>();
  record->batch = std::move(batch);
  record->finish = BatchAnswer{invocations_, deps_.meter, std::move(done)};
  auto taken = prepare(record.get());
  if (taken) {
    taken = committer.submit(record);
    if (!taken) {
      for (const RecordPart& part : record->parts)
        shards_[part.shard]->worker().release();
    }
  }
  if (taken) return;
  count_refusal(taken.error().code);
  record->finish(*record, taken);
}

void Intake::append_note(Committer& committer,
                         std::string bytes,
                         std::function<void(Result<std::uint64_t>)> done) {
  if (bytes.size() > options_.note_bytes_max) {
    return done(
        fail(Errc::limit,
             fmt::format("note has {} bytes, limit {}", bytes.size(), options_.note_bytes_max)));
  }
  auto record = std::make_shared<LogRecord>();
  record->type = RecordType::note;
  record->payload = std::move(bytes);
  record->payload_crc = crc32c(record->payload);
  record->finish = [done = std::move(done)](const LogRecord& entered, const Result<void>& result) {
    if (!result) return done(tl::unexpected(result.error()));
    done(entered.sequence);
  };
  const std::vector<bool> all(shards_.size(), true);
  auto taken = reserve(all);
  if (taken) {
    taken = committer.submit(record);
    if (!taken) release(all);
  }
  if (!taken) record->finish(*record, taken);
}

Result<void> Intake::validate(const Batch& batch) const {
  if (batch.invocation_id.size() > options_.invocation_id_max_bytes) {
    return fail(Errc::invalid,
                fmt::format("invocation id has {} bytes, limit {}",
                            batch.invocation_id.size(),
                            options_.invocation_id_max_bytes));
  }
  std::size_t samples = 0;
  for (const SeriesSamples& series : batch.series)
    samples += series.samples.size();
  if (samples > options_.batch_samples_max) {
    return fail(
        Errc::limit,
        fmt::format("{} samples in one batch, limit {}", samples, options_.batch_samples_max));
  }
  for (const SeriesSamples& series : batch.series)
    TM_TRY_VOID(validate_series(series));
  return {};
}

Result<void> Intake::validate_series(const SeriesSamples& series) const {
  const auto refuse = [&](const char* why) {
    return fail(Errc::invalid, fmt::format("series {}: {}", to_text(series.key), why));
  };
  if (has_own_label(series.key)) {
    return refuse("labels that begin with tidemark_ are for derived series");
  }
  for (const Sample& sample : series.samples) {
    if (sample.value.index() != series.samples.front().value.index()) {
      return refuse("samples of different kinds");
    }
    if (is_derived(sample.value)) return refuse("bands and findings are derived only");
    const auto* cell = std::get_if<Cell>(&sample.value);
    if (cell != nullptr && !(cell->count() > 0)) return refuse("a cell without observations");
    if (sample.at == Timestamp::max()) return refuse("a time out of range");
  }
  return {};
}

Result<void> Intake::prepare(LogRecord* record) {
  const Batch& batch = record->batch;
  std::vector<SeriesEntry*> entries;
  std::vector<bool> touched(shards_.size(), false);
  for (const SeriesSamples& series : batch.series) {
    SeriesEntry* entry = series.samples.empty() ? nullptr : catalog_.find(series.key);
    entries.push_back(entry);
    if (series.samples.empty()) continue;
    touched[entry != nullptr ? entry->definition.shard : shard_of(series.key, catalog_.shards())] =
        true;
  }
  TM_TRY_VOID(check_series(batch, entries));
  TM_TRY_VOID(reserve(touched));
  // From here on an error gives the places back.
  define(batch, &entries);
  auto encoded = encode(record, entries);
  if (!encoded) release(touched);
  return encoded;
}

Result<void> Intake::check_series(const Batch& batch,
                                  const std::vector<SeriesEntry*>& entries) const {
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (batch.series[i].samples.empty()) continue;
    if (entries[i] != nullptr) {
      TM_TRY_VOID(check_kind(*entries[i], batch.series[i]));
      continue;
    }
    ++unknown;
    TM_TRY_VOID(check_key(batch.series[i].key));
  }
  if (unknown > 0 && catalog_.size() + unknown > options_.series_max) {
    return fail(Errc::limit,
                fmt::format("{} series exist and the batch brings {} more, limit {}",
                            catalog_.size(),
                            unknown,
                            options_.series_max));
  }
  return {};
}

Result<void> Intake::reserve(const std::vector<bool>& touched) const {
  for (std::size_t i = 0; i < touched.size(); ++i) {
    if (!touched[i] || shards_[i]->worker().try_reserve()) continue;
    std::vector<bool> got = touched;
    std::fill(got.begin() + static_cast<std::ptrdiff_t>(i), got.end(), false);
    release(got);
    return fail(Errc::overloaded, "too many batches wait for a shard");
  }
  return {};
}

void Intake::release(const std::vector<bool>& touched) const {
  for (std::size_t i = 0; i < touched.size(); ++i) {
    if (touched[i]) shards_[i]->worker().release();
  }
}

void Intake::define(const Batch& batch, std::vector<SeriesEntry*>* entries) {
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const SeriesSamples& series = batch.series[i];
    if ((*entries)[i] != nullptr || series.samples.empty()) continue;
    (*entries)[i] = &catalog_.define(
        series.key, kind_of(series.samples.front().value), shard_of(series.key, catalog_.shards()));
  }
}

Result<void> Intake::encode(LogRecord* record, const std::vector<SeriesEntry*>& entries) const {
  const Batch& batch = record->batch;
  std::vector<const SeriesEntry*> definitions;
  std::size_t count = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const SeriesEntry* entry = entries[i];
    if (entry == nullptr) continue;
    ++count;
    TM_TRY_VOID(check_kind(*entry, batch.series[i]));
    // Also when another batch has defined it: until that one is durable, this one must do so too.
    if (!entry->entered) definitions.push_back(entry);
  }
  BatchEncoder encoder(batch.invocation_id, definitions, count);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i] == nullptr) continue;
    const auto& samples = batch.series[i].samples;
    encoder.add_series(entries[i]->definition.id, entries[i]->definition.kind, samples);
    add_to_part(record, entries[i], samples);
  }
  record->payload = std::move(encoder).take();
  if (record->payload.size() > options_.batch_bytes_max) {
    return fail(Errc::limit,
                fmt::format("the batch takes {} bytes, limit {}",
                            record->payload.size(),
                            options_.batch_bytes_max));
  }
  record->payload_crc = crc32c(record->payload);
  return {};
}

}  // namespace tidemark::store
