#include "store/catalog/series_index.h"

#include <mutex>

namespace tidemark::store {
namespace {

std::string posting_key(std::string_view name, std::string_view value) {
  std::string out(name);
  out.push_back('\0');
  out.append(value);
  return out;
}

/// Equal to "" asks for series without the label; no posting knows those.
bool has_posting(const Matcher& matcher) {
  if (matcher.op == Matcher::Op::equal) return !matcher.value.empty();
  return matcher.op == Matcher::Op::exists && matcher.label.starts_with(kOwnLabelPrefix);
}

template <typename Map>
auto* find_in(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

void SeriesIndex::add(const SeriesEntry& entry) {
  const std::lock_guard lock(mutex_);
  const SeriesKey& key = entry.definition.key;
  labeled_[posting_key(kNameLabel, key.name)].push_back(&entry);
  for (const Label& label : key.labels) {
    labeled_[posting_key(label.name, label.value)].push_back(&entry);
    if (label.name.starts_with(kOwnLabelPrefix)) derived_[label.name].push_back(&entry);
  }
  all_.push_back(&entry);
}

void SeriesIndex::clear() {
  const std::lock_guard lock(mutex_);
  labeled_.clear();
  derived_.clear();
  all_.clear();
}

const SeriesIndex::Postings* SeriesIndex::posting_of(const Matcher& matcher) const {
  if (matcher.op == Matcher::Op::exists) return find_in(derived_, matcher.label);
  return find_in(labeled_, posting_key(matcher.label, matcher.value));
}

SeriesIndex::Postings SeriesIndex::candidates(const std::vector<Matcher>& matchers) const {
  const std::shared_lock lock(mutex_);
  const Postings* best = &all_;
  for (const Matcher& matcher : matchers) {
    if (!has_posting(matcher)) continue;
    const Postings* found = posting_of(matcher);
    if (found == nullptr) return {};
    if (found->size() < best->size()) best = found;
  }
  return *best;
}

void SeriesIndex::select(const std::vector<Matcher>& matchers,
                         std::vector<const SeriesEntry*>* out) const {
  for (const SeriesEntry* entry : candidates(matchers)) {
    if (matches(entry->definition.key, matchers)) out->push_back(entry);
  }
}

}  // namespace tidemark::store
