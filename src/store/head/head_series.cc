#include "store/head/head_series.h"

#include <algorithm>

#include "base/assert.h"
#include "store/head/merge.h"

namespace tidemark::store {
namespace {

/// Small, because an open sample takes 16 bytes or more and a sealed one about 2.
constexpr std::size_t kOpenMaxSamples = 120;

bool overlaps(Timestamp first, Timestamp last, Timestamp from, Timestamp to) {
  return first < to && last >= from;
}

template <typename T>
void keep_last(std::vector<T>* values) {
  // A new vector, so that the capacity of the full run is given back.
  std::vector<T> last;
  last.push_back(std::move(values->back()));
  *values = std::move(last);
}

}  // namespace

HeadSeries::HeadSeries(ValueKind kind) {
  if (kind == ValueKind::cell) values_.emplace<std::vector<Cell>>();
  if (kind == ValueKind::band) values_.emplace<std::vector<IssuedBand>>();
  if (kind == ValueKind::finding) values_.emplace<std::vector<Finding>>();
}

void HeadSeries::add(const Sample& sample) {
  TM_ASSERT(sample.value.index() == values_.index());
  std::visit(
      [&](auto& values) {
        using T = typename std::decay_t<decltype(values)>::value_type;
        const T& value = std::get<T>(sample.value);
        const std::int64_t ns = sample.at.ns();
        const auto at = times_.empty() || times_.back() < ns
                            ? times_.end()
                            : std::lower_bound(times_.begin(), times_.end(), ns);
        const auto place = at - times_.begin();
        if (at != times_.end() && *at == ns) {
          if constexpr (std::is_same_v<T, Cell>)
            values[static_cast<std::size_t>(place)].merge(value);
          return;
        }
        times_.insert(at, ns);
        values.insert(values.begin() + place, value);
      },
      values_);
  if (times_.size() > kOpenMaxSamples) seal();
}

Sample HeadSeries::open_sample(std::size_t i) const {
  return std::visit(
      [&](const auto& values) { return Sample{Timestamp::from_ns(times_[i]), values[i]}; },
      values_);
}

void HeadSeries::seal() {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i + 1 < times_.size(); ++i)
    samples.push_back(open_sample(i));
  sealed_.push_back(std::make_shared<const Chunk>(encode_chunk(samples)));
  keep_last(&times_);
  std::visit([](auto& values) { keep_last(&values); }, values_);
}

void HeadSeries::view(Timestamp from,
                      Timestamp to,
                      std::vector<std::shared_ptr<const Chunk>>* chunks,
                      std::vector<Sample>* open) const {
  for (const auto& chunk : sealed_) {
    if (overlaps(chunk->first, chunk->last, from, to)) chunks->push_back(chunk);
  }
  const auto begin = std::lower_bound(times_.begin(), times_.end(), from.ns());
  for (auto at = begin; at != times_.end() && *at < to.ns(); ++at) {
    open->push_back(open_sample(static_cast<std::size_t>(at - times_.begin())));
  }
}

std::vector<Sample> HeadSeries::read(Timestamp from, Timestamp to) const {
  std::vector<std::shared_ptr<const Chunk>> chunks;
  std::vector<Sample> open;
  view(from, to, &chunks, &open);
  std::vector<std::vector<Sample>> layers;
  for (const auto& chunk : chunks)
    add_chunk_layer(*chunk, from, to, &layers);
  layers.push_back(std::move(open));
  return merge_layers(std::move(layers));
}

std::optional<std::pair<Timestamp, Timestamp>> HeadSeries::range() const {
  if (times_.empty()) return std::nullopt;
  auto out = std::make_pair(Timestamp::from_ns(times_.front()), Timestamp::from_ns(times_.back()));
  for (const auto& chunk : sealed_) {
    out.first = std::min(out.first, chunk->first);
    out.second = std::max(out.second, chunk->last);
  }
  return out;
}

void cut_to_range(std::vector<Sample>* samples, Timestamp from, Timestamp to) {
  const auto before = [](const Sample& sample, Timestamp at) { return sample.at < at; };
  samples->erase(std::lower_bound(samples->begin(), samples->end(), to, before), samples->end());
  samples->erase(samples->begin(),
                 std::lower_bound(samples->begin(), samples->end(), from, before));
}

void add_chunk_layer(const Chunk& chunk,
                     Timestamp from,
                     Timestamp to,
                     std::vector<std::vector<Sample>>* layers) {
  auto samples = decode_chunk(chunk.bytes);
  TM_ASSERT(samples.has_value());
  cut_to_range(&*samples, from, to);
  layers->push_back(std::move(*samples));
}

}  // namespace tidemark::store
