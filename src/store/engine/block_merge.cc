#include "store/engine/block_merge.h"

#include <algorithm>
#include <map>

#include "store/head/merge.h"

namespace tidemark::store {
namespace {

constexpr std::size_t kMergeBlocks = 8;
constexpr std::uint64_t kSmallBlockSamples = 250'000;
constexpr Duration kMergedMaxRange = std::chrono::hours(48);

/// Blocks of one level differ in size by less than the number that is merged.
unsigned level_of(const BlockInfo& info) {
  unsigned level = 0;
  for (std::uint64_t limit = kSmallBlockSamples; info.samples >= limit; limit *= kMergeBlocks)
    ++level;
  return level;
}

bool can_merge(std::span<const std::shared_ptr<const Block>> blocks) {
  Timestamp first = Timestamp::max();
  Timestamp last = Timestamp::min();
  Duration longest = kMergedMaxRange;
  for (const auto& block : blocks) {
    if (block->fault() || level_of(block->info()) != level_of(blocks[0]->info())) return false;
    first = std::min(first, block->info().first);
    last = std::max(last, block->info().last);
    longest = std::max(longest, block->info().last - block->info().first);
  }
  return last - first <= longest;
}

}  // namespace

std::pair<std::size_t, std::size_t> choose_merge(const BlockSet& blocks) {
  for (std::size_t begin = 0; begin + kMergeBlocks <= blocks.size(); ++begin) {
    if (can_merge(std::span(blocks).subspan(begin, kMergeBlocks))) {
      return {begin, begin + kMergeBlocks};
    }
  }
  return {0, 0};
}

Result<BlockInfo> merge_blocks(std::span<const std::shared_ptr<const Block>> blocks,
                               BlockWriter& writer) {
  std::map<std::uint64_t, SeriesDefinition> series;
  for (const auto& block : blocks) {
    TM_TRY_VOID(block->for_each_series([&](const SeriesDefinition& definition) -> Result<void> {
      series.try_emplace(static_cast<std::uint64_t>(definition.id), definition);
      return {};
    }));
  }
  for (const auto& [id, definition] : series) {
    std::vector<std::vector<Sample>> layers;
    for (const auto& block : blocks) {
      TM_TRY(auto samples, block->read(definition.id, Timestamp::min(), Timestamp::max()));
      layers.push_back(std::move(samples));
    }
    TM_TRY_VOID(writer.add(definition, merge_layers(std::move(layers))));
  }
  return writer.finish(blocks.front()->info().first_sequence, blocks.back()->info().last_sequence);
}

}  // namespace tidemark::store
