#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/catalog/catalog.h"
#include "store/catalog/invocations.h"

namespace tidemark::store {

/// What a restart needs beside blocks, catalogs and log: the state at `sequence`.
struct Checkpoint {
  std::uint64_t sequence = 0;
  std::uint64_t next_id = 1;
  std::vector<Invocations::Known> invocations;
  std::vector<std::string> guest;  // one a shard
};

std::string encode_checkpoint(const Checkpoint& checkpoint);
Result<Checkpoint> decode_checkpoint(std::string_view bytes);

std::string encode_catalog(const std::vector<SeriesDefinition>& definitions);
Result<std::vector<SeriesDefinition>> decode_catalog(std::string_view bytes);

}  // namespace tidemark::store
