#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "store/block/block_format.h"

namespace tidemark::store {

/// An immutable file of samples, open for reading. Every byte is checked before it is used; a fault
/// is `Errc::corrupt`, naming the file without its folders, since clients read it, and the range of
/// time; the first one of a block is also logged, with all there is to know. Safe from several
/// threads.
class Block {
 public:
  /// Checks header, directory and footer against each other and `info`. A block that cannot be
  /// opened is returned as one whose every read fails with the reason: see fault().
  static std::shared_ptr<const Block> open(FileSystem& files,
                                           const std::string& directory,
                                           const std::string& store_uuid,
                                           BlockInfo info);

  [[nodiscard]] const BlockInfo& info() const { return info_; }
  [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }
  /// The first fault that a read, or opening it, has met.
  [[nodiscard]] std::optional<Error> damage() const;
  [[nodiscard]] bool overlaps(Timestamp from, Timestamp to) const {
    return info_.first < to && info_.last >= from;
  }
  /// Samples of [from, to), in time order.
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId id, Timestamp from, Timestamp to) const;
  /// Times of the series' oldest and newest sample; nullopt: none in here.
  [[nodiscard]] Result<std::optional<std::pair<Timestamp, Timestamp>>> range(SeriesId id) const;
  /// Time of the newest sample that is not derived, as the index has it; nullopt: none.
  [[nodiscard]] Result<std::optional<Timestamp>> newest_sample() const;
  [[nodiscard]] Result<void> for_each_series(
      const std::function<Result<void>(const SeriesDefinition&)>& visit) const;
  /// Reads all bytes and compares with the manifest's checksum.
  [[nodiscard]] Result<void> verify() const;

 private:
  Block(FileSystem& files, const std::string& directory, BlockInfo info);
  Result<void> load(FileSystem& files, const std::string& store_uuid);
  [[nodiscard]] Result<std::string> section(std::uint64_t offset, std::uint64_t bytes) const;
  [[nodiscard]] Result<std::optional<IndexedSeries>> find(SeriesId id) const;
  [[nodiscard]] Error wrap(const Error& cause) const;

  BlockInfo info_;
  std::string path_;
  std::unique_ptr<ReadableFile> file_;
  std::uint32_t salt_ = 0;
  std::vector<PageRef> pages_;
  std::optional<Error> fault_;
  mutable std::mutex mutex_;             // guards damage_
  mutable std::optional<Error> damage_;  // the first one
};

/// Blocks in the order of their sequences, oldest first.
using BlockSet = std::vector<std::shared_ptr<const Block>>;

}  // namespace tidemark::store
