#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/random.h"

namespace tidemark::testing {

/// What a power cut leaves of bytes and directory entries that were not synced.
enum class CrashMode {
  keep_all,       ///< everything: as after kill -9
  drop_all,       ///< nothing
  random_subset,  ///< each append, creation, rename and removal is kept or lost by itself
  torn,           ///< each 512-byte sector is kept, zero or garbage; entries as random_subset
};

/// A disk in memory that knows what was synced, fails on request and can lose its power.
/// Files keep their bytes after sync(), names and directories after sync_dir() of their parent.
/// Handles must not outlive it. Thread-safe.
class FaultyFiles final : public FileSystem {
 public:
  enum class Op { append, sync, sync_dir, create, rename, remove, make_dirs };

  /// The `nth` (from 1, counted from now) operation of that kind fails with `error`, and all later
  /// ones too if `forever`. A failing append leaves half of its bytes. Replaces an earlier rule.
  void fail_on(Op op, std::uint64_t nth, Error error, bool forever = false);
  /// From the `nth` changing operation on (from 1, counted from now) everything fails; that one
  /// itself has happened, but unsynced. 0 takes it back.
  void cut_power_at(std::uint64_t nth);
  [[nodiscard]] bool power_is_cut() const;
  /// Changing operations so far.
  [[nodiscard]] std::uint64_t operations() const;
  /// Called before each sync() does its work, without a lock: lets a test hold the disk up.
  void on_sync(std::function<void()> hook);
  /// Called after each append, without a lock: lets a test see what a power cut there would leave.
  void on_append(std::function<void()> hook);
  void set_free_bytes(std::uint64_t bytes);
  /// From now on others_may_read() says so of it; of the rest it says no.
  void let_others_read(const std::string& path);

  /// The disk as it is found after a power cut now; everything on it counts as synced.
  [[nodiscard]] std::unique_ptr<FaultyFiles> crash(CrashMode mode, Random& random) const;

  /// Paths of all files.
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] std::size_t size_of(const std::string& path) const;
  void flip_bit(const std::string& path, std::size_t bit);

  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override;
  [[nodiscard]] Result<std::unique_ptr<ReadableFile>> open(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> remove_all(const std::string& path) override;
  Result<void> make_dirs(const std::string& path) override;
  Result<void> sync_dir(const std::string& path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(const std::string& path) override;
  [[nodiscard]] bool exists(const std::string& path) override;
  [[nodiscard]] Result<bool> others_may_read(const std::string& path) override;
  /// Of every file that is there.
  [[nodiscard]] bool may_execute(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
  [[nodiscard]] Result<std::uint64_t> free_bytes(const std::string& path) override;
  [[nodiscard]] Result<std::uint64_t> total_bytes(const std::string& path) override;

 private:
  class Writer;
  class Reader;
  class Lock;
  struct Node {
    std::string bytes;
    std::size_t synced = 0;
    std::vector<std::size_t> ends;  // of the appends behind `synced`
  };
  using NodePtr = std::shared_ptr<Node>;
  struct Tree {
    std::map<std::string, NodePtr> files;
    std::set<std::string> directories;
  };
  /// A change of names that waits for sync_dir.
  struct Change {
    enum class Kind { link, unlink, move, make_dir, drop_dir } kind;
    std::string path;
    std::string from;  // of a move
    NodePtr node;
  };
  struct Rule {
    std::uint64_t left;
    Error error;
    bool forever;
  };

  static void apply(Tree* tree, const Change& change);
  static bool has_parents(const Tree& tree, const std::string& path);
  static NodePtr after_crash(const Node& node, CrashMode mode, Random& random);
  /// Both change `bytes`, a copy of the node's, and return how many of them are left.
  static std::size_t lose_appends(const Node& node, std::string* bytes, Random& random);
  static std::size_t tear_sectors(const Node& node, std::string* bytes, Random& random);
  /// What is to happen with the next operation of that kind. Call with mutex_ held.
  std::optional<Error> fault(Op op);
  void change(Change change);
  Result<void> append(Node& node, std::string_view bytes);
  Result<void> append_locked(Node& node, std::string_view bytes);
  Result<void> sync(Node& node);

  mutable std::mutex mutex_;
  Tree live_;
  Tree durable_;
  std::vector<Change> pending_;
  std::map<Op, Rule> rules_;
  std::set<std::string> locks_;
  std::set<std::string> read_by_others_;
  std::function<void()> sync_hook_;
  std::function<void()> append_hook_;
  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = 0;  // in operations_; 0 = never
  std::uint64_t free_bytes_ = std::uint64_t{1} << 40U;
};

}  // namespace tidemark::testing
