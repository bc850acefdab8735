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

}  // namespace

void SeriesIndex::add(const SeriesEntry& entry) {
  const std::lock_guard lock(mutex_);
  const SeriesKey& key = entry.definition.key;
  labeled_[posting_key(kNameLabel, key.name)].push_back(&entry);
  for (const Label& label : key.labels)
    labeled_[posting_key(label.name, label.value)].push_back(&entry);
  all_.push_back(&entry);
}

void SeriesIndex::clear() {
  const std::lock_guard lock(mutex_);
  labeled_.clear();
  all_.clear();
}

SeriesIndex::Postings SeriesIndex::candidates(const std::vector<Matcher>& matchers) const {
  const std::shared_lock lock(mutex_);
  const Postings* best = &all_;
  for (const Matcher& matcher : matchers) {
    // Equal to "" asks for series without the label; no posting knows those.
    if (matcher.op != Matcher::Op::equal || matcher.value.empty()) continue;
    const auto found = labeled_.find(posting_key(matcher.label, matcher.value));
    if (found == labeled_.end()) return {};
    if (found->second.size() < best->size()) best = &found->second;
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
