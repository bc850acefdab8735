#include "judge/always/place_index.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace tidemark::judge {
namespace {

TEST(PlaceIndex, agrees_with_a_map_under_random_inserts_and_erases) {
  std::mt19937_64 random(7);
  // Ids near each other, and ids whose product with the multiplier begins alike.
  for (const std::uint64_t step : {std::uint64_t{1}, std::uint64_t{1} << 32U, std::uint64_t{3}}) {
    PlaceIndex index;
    std::vector<std::uint64_t> ids;  // by place
    const auto id_of = [&](PlaceIndex::Place place) { return ids[place]; };
    std::map<std::uint64_t, PlaceIndex::Place> model;
    std::vector<PlaceIndex::Place> free;
    for (int i = 0; i < 20'000; ++i) {
      const std::uint64_t id = random() % 2000 * step;
      const auto known = model.find(id);
      const auto found = index.find(id, id_of);
      ASSERT_EQ(found.has_value(), known != model.end());
      if (found) {
        ASSERT_EQ(*found, known->second);
        if (random() % 2 == 0) continue;
        index.erase(*found, id_of);
        free.push_back(*found);
        model.erase(known);
        continue;
      }
      auto place = static_cast<PlaceIndex::Place>(ids.size());
      if (free.empty()) {
        ids.push_back(id);
      } else {
        place = free.back();
        free.pop_back();
        ids[place] = id;
      }
      index.insert(place, id_of);
      model.emplace(id, place);
    }
    for (const auto& [id, place] : model)
      ASSERT_EQ(index.find(id, id_of), place);
  }
}

TEST(PlaceIndex, is_empty_after_clear) {
  PlaceIndex index;
  const auto id_of = [](PlaceIndex::Place place) { return std::uint64_t{place}; };
  EXPECT_FALSE(index.find(1, id_of));
  index.insert(1, id_of);
  EXPECT_EQ(index.find(1, id_of), 1U);
  index.clear();
  EXPECT_FALSE(index.find(1, id_of));
}

}  // namespace
}  // namespace tidemark::judge
