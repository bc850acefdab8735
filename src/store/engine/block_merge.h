#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "store/block/block.h"
#include "store/block/block_writer.h"

namespace tidemark::store {

/// Which neighbours of a set are worth being one block: [first, second); equal: none. Eight of
/// about one size, none of them damaged; together at most two days long (so that retention can
/// still let go of whole blocks) or as long as the longest of them.
std::pair<std::size_t, std::size_t> choose_merge(const BlockSet& blocks);

/// Writes all samples of `blocks`, neighbours in their order, into one.
Result<BlockInfo> merge_blocks(std::span<const std::shared_ptr<const Block>> blocks,
                               BlockWriter& writer);

}  // namespace tidemark::store
