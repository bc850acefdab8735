#include "testing/faulty_files.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::testing {
namespace {

constexpr std::size_t kSectorBytes = 512;

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_root(const std::string& path) {
  return path == "." || path == "/";
}

bool coin(Random& random) {
  return (random.next() >> 40U) % 2 == 0;
}

}  // namespace

class FaultyFiles::Writer final : public WritableFile {
 public:
  Writer(FaultyFiles& files, NodePtr node) : files_(files), node_(std::move(node)) {}
  Result<void> append(std::string_view bytes) override { return files_.append(*node_, bytes); }
  Result<void> sync() override { return files_.sync(*node_); }
  Result<void> close() override { return {}; }

 private:
  FaultyFiles& files_;
  NodePtr node_;
};

class FaultyFiles::Reader final : public ReadableFile {
 public:
  Reader(FaultyFiles& files, NodePtr node, std::uint64_t size)
      : files_(files), node_(std::move(node)), size_(size) {}
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::size_t size) const override {
    const std::lock_guard lock(files_.mutex_);
    if (offset > size_ || size > size_ - offset || offset + size > node_->bytes.size()) {
      return fail(Errc::corrupt, fmt::format("file ends before {} + {}", offset, size));
    }
    return node_->bytes.substr(offset, size);
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  FaultyFiles& files_;
  NodePtr node_;
  std::uint64_t size_;
};

class FaultyFiles::Lock final : public FileLock {
 public:
  Lock(FaultyFiles& files, std::string path) : files_(files), path_(std::move(path)) {}
  ~Lock() override {
    const std::lock_guard lock(files_.mutex_);
    files_.locks_.erase(path_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  FaultyFiles& files_;
  std::string path_;
};

void FaultyFiles::fail_on(Op op, std::uint64_t nth, Error error, bool forever) {
  const std::lock_guard lock(mutex_);
  rules_.insert_or_assign(op, Rule{nth, std::move(error), forever});
}

void FaultyFiles::cut_power_at(std::uint64_t nth) {
  const std::lock_guard lock(mutex_);
  cut_at_ = nth == 0 ? 0 : operations_ + nth;
}

bool FaultyFiles::power_is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_at_ != 0 && operations_ >= cut_at_;
}

std::uint64_t FaultyFiles::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

void FaultyFiles::on_sync(std::function<void()> hook) {
  const std::lock_guard lock(mutex_);
  sync_hook_ = std::move(hook);
}

void FaultyFiles::on_append(std::function<void()> hook) {
  const std::lock_guard lock(mutex_);
  append_hook_ = std::move(hook);
}

void FaultyFiles::set_free_bytes(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  free_bytes_ = bytes;
}

void FaultyFiles::let_others_read(const std::string& path) {
  const std::lock_guard lock(mutex_);
  read_by_others_.insert(path);
}

std::optional<Error> FaultyFiles::fault(Op op) {
  ++operations_;
  if (cut_at_ != 0 && operations_ >= cut_at_) return Error{Errc::io, "power is cut"};
  const auto found = rules_.find(op);
  if (found == rules_.end()) return std::nullopt;
  Rule& rule = found->second;
  if (rule.left > 1) {
    --rule.left;
    return std::nullopt;
  }
  Error error = rule.error;
  if (!rule.forever) rules_.erase(found);
  return error;
}

void FaultyFiles::apply(Tree* tree, const Change& change) {
  switch (change.kind) {
    case Change::Kind::link:
      tree->files[change.path] = change.node;
      return;
    case Change::Kind::unlink:
      tree->files.erase(change.path);
      return;
    case Change::Kind::move:
      // The name it leaves may belong to a newer file already.
      if (const auto old = tree->files.find(change.from);
          old != tree->files.end() && old->second == change.node) {
        tree->files.erase(old);
      }
      tree->files[change.path] = change.node;
      return;
    case Change::Kind::make_dir:
      tree->directories.insert(change.path);
      return;
    case Change::Kind::drop_dir:
      tree->directories.erase(change.path);
      return;
  }
}

void FaultyFiles::change(Change change) {
  apply(&live_, change);
  pending_.push_back(std::move(change));
}

bool FaultyFiles::has_parents(const Tree& tree, const std::string& path) {
  for (std::string at = parent_of(path); !is_root(at); at = parent_of(at)) {
    if (!tree.directories.contains(at)) return false;
  }
  return true;
}

Result<void> FaultyFiles::append(Node& node, std::string_view bytes) {
  std::function<void()> hook;
  Result<void> done;
  {
    const std::lock_guard lock(mutex_);
    done = append_locked(node, bytes);
    hook = append_hook_;
  }
  if (hook) hook();
  return done;
}

Result<void> FaultyFiles::append_locked(Node& node, std::string_view bytes) {
  const bool was_cut = cut_at_ != 0 && operations_ >= cut_at_;
  const auto error = fault(Op::append);
  if (was_cut) return tl::unexpected(*error);
  const bool cut_now = cut_at_ != 0 && operations_ >= cut_at_;
  node.bytes.append(error && !cut_now ? bytes.substr(0, bytes.size() / 2) : bytes);
  node.ends.push_back(node.bytes.size());
  if (error) return tl::unexpected(*error);
  return {};
}

Result<void> FaultyFiles::sync(Node& node) {
  std::function<void()> hook;
  {
    const std::lock_guard lock(mutex_);
    hook = sync_hook_;
  }
  if (hook) hook();
  const std::lock_guard lock(mutex_);
  if (const auto error = fault(Op::sync)) return tl::unexpected(*error);
  node.synced = node.bytes.size();
  node.ends.clear();
  return {};
}

Result<std::unique_ptr<WritableFile>> FaultyFiles::create(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const bool was_cut = cut_at_ != 0 && operations_ >= cut_at_;
  const auto error = fault(Op::create);
  if (was_cut) return tl::unexpected(*error);
  if (!has_parents(live_, path)) return fail(Errc::not_found, path + ": no such directory");
  NodePtr node;
  if (const auto found = live_.files.find(path); found != live_.files.end()) {
    node = found->second;
    *node = Node{};
  } else {
    node = std::make_shared<Node>();
    change({Change::Kind::link, path, "", node});
  }
  if (error) return tl::unexpected(*error);
  return std::make_unique<Writer>(*this, node);
}

Result<std::unique_ptr<ReadableFile>> FaultyFiles::open(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.files.find(path);
  if (found == live_.files.end()) return fail(Errc::not_found, path + ": no such file");
  return std::make_unique<Reader>(*this, found->second, found->second->bytes.size());
}

Result<void> FaultyFiles::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  const bool was_cut = cut_at_ != 0 && operations_ >= cut_at_;
  const auto error = fault(Op::rename);
  if (was_cut) return tl::unexpected(*error);
  const auto found = live_.files.find(from);
  if (found == live_.files.end()) return fail(Errc::not_found, from + ": no such file");
  if (!has_parents(live_, to)) return fail(Errc::not_found, to + ": no such directory");
  change({Change::Kind::move, to, from, found->second});
  if (error) return tl::unexpected(*error);
  return {};
}

Result<void> FaultyFiles::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const bool was_cut = cut_at_ != 0 && operations_ >= cut_at_;
  const auto error = fault(Op::remove);
  if (was_cut) return tl::unexpected(*error);
  if (!live_.files.contains(path)) return fail(Errc::not_found, path + ": no such file");
  change({Change::Kind::unlink, path, "", nullptr});
  if (error) return tl::unexpected(*error);
  return {};
}

Result<void> FaultyFiles::remove_all(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto error = fault(Op::remove)) return tl::unexpected(*error);
  const std::string inside = path + "/";
  std::vector<Change> changes;
  for (const auto& [name, node] : live_.files) {
    if (name == path || name.starts_with(inside)) {
      changes.push_back({Change::Kind::unlink, name, "", nullptr});
    }
  }
  for (const auto& name : live_.directories) {
    if (name == path || name.starts_with(inside)) {
      changes.push_back({Change::Kind::drop_dir, name, "", nullptr});
    }
  }
  for (Change& each : changes)
    change(std::move(each));
  return {};
}

Result<void> FaultyFiles::make_dirs(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto error = fault(Op::make_dirs)) return tl::unexpected(*error);
  std::vector<std::string> missing;
  for (std::string at = path; !is_root(at) && !live_.directories.contains(at); at = parent_of(at)) {
    missing.push_back(at);
  }
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    change({Change::Kind::make_dir, *at, "", nullptr});
  }
  return {};
}

Result<void> FaultyFiles::sync_dir(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (const auto error = fault(Op::sync_dir)) return tl::unexpected(*error);
  if (!is_root(path) && !live_.directories.contains(path)) {
    return fail(Errc::not_found, path + ": no such directory");
  }
  std::vector<Change> others;
  for (Change& each : pending_) {
    if (parent_of(each.path) == path) {
      apply(&durable_, each);
    } else {
      others.push_back(std::move(each));
    }
  }
  pending_ = std::move(others);
  return {};
}

Result<std::vector<std::string>> FaultyFiles::list(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!is_root(path) && !live_.directories.contains(path)) {
    return fail(Errc::not_found, path + ": no such directory");
  }
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (parent_of(name) == path) names.push_back(name.substr(name.rfind('/') + 1));
  };
  for (const auto& [name, node] : live_.files)
    add(name);
  for (const auto& name : live_.directories)
    add(name);
  std::sort(names.begin(), names.end());
  return names;
}

bool FaultyFiles::exists(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return live_.files.contains(path) || live_.directories.contains(path);
}

bool FaultyFiles::may_execute(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return live_.files.contains(path);
}

Result<std::unique_ptr<FileLock>> FaultyFiles::lock(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!has_parents(live_, path)) return fail(Errc::not_found, path + ": no such directory");
  if (!locks_.insert(path).second) return fail(Errc::exists, path + " is held by pid 1");
  return std::make_unique<Lock>(*this, path);
}

Result<bool> FaultyFiles::others_may_read(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return read_by_others_.contains(path);
}

Result<std::uint64_t> FaultyFiles::free_bytes(const std::string& /*path*/) {
  const std::lock_guard lock(mutex_);
  return free_bytes_;
}

Result<std::uint64_t> FaultyFiles::total_bytes(const std::string& /*path*/) {
  return std::uint64_t{1} << 40U;
}

std::vector<std::string> FaultyFiles::paths() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  out.reserve(live_.files.size());
  for (const auto& [path, node] : live_.files)
    out.push_back(path);
  return out;
}

std::size_t FaultyFiles::size_of(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return live_.files.at(path)->bytes.size();
}

void FaultyFiles::flip_bit(const std::string& path, std::size_t bit) {
  const std::lock_guard lock(mutex_);
  char& byte = live_.files.at(path)->bytes.at(bit / 8);
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (bit % 8)));
}

FaultyFiles::NodePtr FaultyFiles::after_crash(const Node& node, CrashMode mode, Random& random) {
  auto out = std::make_shared<Node>();
  out->bytes = node.bytes;
  std::size_t kept = node.synced;
  if (mode == CrashMode::keep_all) kept = node.bytes.size();
  if (mode == CrashMode::random_subset) kept = lose_appends(node, &out->bytes, random);
  if (mode == CrashMode::torn) kept = tear_sectors(node, &out->bytes, random);
  out->bytes.resize(kept);
  out->synced = kept;
  return out;
}

std::size_t FaultyFiles::lose_appends(const Node& node, std::string* bytes, Random& random) {
  std::size_t kept = node.synced;
  std::size_t begin = node.synced;
  for (const std::size_t end : node.ends) {
    if (coin(random)) {
      kept = end;
    } else {
      bytes->replace(begin, end - begin, end - begin, '\0');
    }
    begin = end;
  }
  return kept;
}

std::size_t FaultyFiles::tear_sectors(const Node& node, std::string* bytes, Random& random) {
  for (std::size_t begin = node.synced; begin < bytes->size();) {
    const std::size_t end = std::min(bytes->size(), (begin / kSectorBytes + 1) * kSectorBytes);
    const std::uint64_t fate = random.next() >> 60U;  // of 16: 10 kept, 3 zero, 3 garbage
    for (std::size_t at = begin; fate >= 10 && at < end; ++at)
      (*bytes)[at] = fate < 13 ? '\0' : static_cast<char>(random.next() >> 56U);
    begin = end;
  }
  const std::size_t unsynced = bytes->size() - node.synced;
  return coin(random) ? bytes->size() : node.synced + random.next() % (unsynced + 1);
}

std::unique_ptr<FaultyFiles> FaultyFiles::crash(CrashMode mode, Random& random) const {
  const std::lock_guard lock(mutex_);
  Tree tree = durable_;
  for (const Change& each : pending_) {
    const bool survives =
        mode == CrashMode::keep_all || (mode != CrashMode::drop_all && coin(random));
    if (survives) apply(&tree, each);
  }
  auto image = std::make_unique<FaultyFiles>();
  for (const auto& name : tree.directories) {
    if (has_parents(tree, name)) image->live_.directories.insert(name);
  }
  std::map<NodePtr, NodePtr> copies;  // a half-applied rename may leave two names of one file
  for (const auto& [name, node] : tree.files) {
    if (!has_parents(tree, name)) continue;
    NodePtr& copy = copies[node];
    if (!copy) copy = after_crash(*node, mode, random);
    image->live_.files[name] = copy;
  }
  image->durable_ = image->live_;
  image->free_bytes_ = free_bytes_;
  return image;
}

}  // namespace tidemark::testing
