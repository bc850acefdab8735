#pragma once

#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/catalog/catalog.h"

namespace tidemark::store {

/// Which entered series of a shard carry which label. Changed by the shard's worker, asked by all.
class SeriesIndex {
 public:
  void add(const SeriesEntry& entry);
  void clear();
  /// Appends all entries that match, in no order.
  void select(const std::vector<Matcher>& matchers, std::vector<const SeriesEntry*>* out) const;

 private:
  using Postings = std::vector<const SeriesEntry*>;
  [[nodiscard]] const Postings* posting_of(const Matcher& matcher) const;  // nullptr: none
  [[nodiscard]] Postings candidates(const std::vector<Matcher>& matchers) const;

  mutable std::shared_mutex mutex_;                    // guards all below
  std::unordered_map<std::string, Postings> labeled_;  // by name, NUL, value
  std::unordered_map<std::string, Postings> derived_;  // by name of the label that marks them
  Postings all_;
};

}  // namespace tidemark::store
