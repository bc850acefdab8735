#include "store/head/merge.h"

#include <algorithm>
#include <iterator>

namespace tidemark::store {
namespace {

bool is_earlier(const Sample& a, const Sample& b) {
  return a.at < b.at;
}

void fold(Sample* into, const Sample& later) {
  auto* cell = std::get_if<Cell>(&into->value);
  const auto* other = std::get_if<Cell>(&later.value);
  if (cell != nullptr && other != nullptr) cell->merge(*other);
}

}  // namespace

std::vector<Sample> merge_layers(std::vector<std::vector<Sample>> layers) {
  std::vector<Sample> all;
  for (auto& layer : layers) {
    if (all.empty()) {
      all = std::move(layer);
    } else {
      all.insert(
          all.end(), std::make_move_iterator(layer.begin()), std::make_move_iterator(layer.end()));
    }
  }
  if (!std::is_sorted(all.begin(), all.end(), is_earlier)) {
    std::stable_sort(all.begin(), all.end(), is_earlier);  // stable: the older layer stays first
  }
  std::size_t kept = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].at == all[kept].at) {
      fold(&all[kept], all[i]);
    } else if (++kept != i) {
      all[kept] = std::move(all[i]);
    }
  }
  if (!all.empty()) all.resize(kept + 1);
  return all;
}

}  // namespace tidemark::store
