#pragma once

#include <utility>
#include <vector>

#include "model/shard.h"

namespace tidemark::testing {

/// A shard that holds nothing and forgets what is put into it.
class EmptyShard : public ShardAccess {
 public:
  [[nodiscard]] std::size_t shard() const override { return 0; }
  [[nodiscard]] std::optional<SeriesId> find(const SeriesKey& /*key*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<SeriesKey> key(SeriesId /*id*/) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& /*matchers*/) const override {
    return {};
  }
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId /*id*/,
                                                 Timestamp /*from*/,
                                                 Timestamp /*to*/) const override {
    return std::vector<Sample>{};
  }
  void put_derived(const SeriesKey& /*key*/, std::vector<Sample> /*samples*/) override {}
};

}  // namespace tidemark::testing
