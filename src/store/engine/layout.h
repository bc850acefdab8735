#pragma once

#include <string>

namespace tidemark::store {

/// Names inside a store's directory.
struct Layout {
  explicit Layout(const std::string& directory)
      : root(directory),
        log(directory + "/log"),
        blocks(directory + "/blocks"),
        checkpoints(directory + "/checkpoints"),
        quarantine(directory + "/quarantine"),
        lock(directory + "/LOCK") {}
  std::string root, log, blocks, checkpoints, quarantine, lock;
};

}  // namespace tidemark::store
