#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file_system.h"

namespace tidemark {
namespace {

constexpr mode_t kOwnerOnly = 0600;

tl::unexpected<Error> failed(const char* what, const std::string& path, int error) {
  return fail(error == ENOENT ? Errc::not_found : Errc::io,
              fmt::format("{} {}: {}", what, path, std::generic_category().message(error)));
}

/// An open file descriptor, closed at the end.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return failed("cannot open", path, errno);
  return Descriptor(fd);
}

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(std::string path, Descriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  Result<void> append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("cannot write", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  Result<void> sync() override {
    // Not repeated on EINTR: a second fdatasync may report success for pages the first one dropped.
    if (::fdatasync(fd_.get()) != 0) return failed("cannot sync", path_, errno);
    return {};
  }
  Result<void> close() override {
    const int fd = fd_.release();
    if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return failed("cannot close", path_, errno);
    return {};
  }

 private:
  std::string path_;
  Descriptor fd_;
};

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(std::string path, Descriptor fd, std::uint64_t size)
      : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}

  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::size_t size) const override {
    if (offset > size_ || size > size_ - offset) {
      return fail(Errc::corrupt,
                  fmt::format("{} has {} bytes, wanted {} at {}", path_, size_, size, offset));
    }
    std::string out(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got =
          ::pread(fd_.get(), out.data() + done, size - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("cannot read", path_, errno);
      if (got == 0) return fail(Errc::corrupt, fmt::format("{} ends at {}", path_, offset + done));
      done += static_cast<std::size_t>(got);
    }
    return out;
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  std::string path_;
  Descriptor fd_;
  std::uint64_t size_;
};

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;  // closing it gives the lock back
};

std::string holder_of(int fd) {
  char text[32];
  const ssize_t got = ::pread(fd, text, sizeof text, 0);
  std::string pid(text, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  std::erase_if(pid, [](char c) { return c < '0' || c > '9'; });
  return pid.empty() ? "unknown" : pid;
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override {
    TM_TRY(Descriptor fd, open_descriptor(path, O_WRONLY | O_CREAT | O_TRUNC));
    return std::make_unique<PosixWritableFile>(path, std::move(fd));
  }

  [[nodiscard]] Result<std::unique_ptr<ReadableFile>> open(const std::string& path) override {
    TM_TRY(Descriptor fd, open_descriptor(path, O_RDONLY));
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return failed("cannot stat", path, errno);
    if (!S_ISREG(info.st_mode)) return fail(Errc::io, path + " is not a regular file");
    return std::make_unique<PosixReadableFile>(
        path, std::move(fd), static_cast<std::uint64_t>(info.st_size));
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("cannot rename", from, errno);
    return {};
  }
  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed("cannot remove", path, errno);
    return {};
  }
  Result<void> remove_all(const std::string& path) override {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return failed("cannot remove", path, error.value());
    return {};
  }
  Result<void> make_dirs(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return failed("cannot create directory", path, error.value());
    return {};
  }
  Result<void> sync_dir(const std::string& path) override {
    TM_TRY(const Descriptor fd, open_descriptor(path, O_RDONLY | O_DIRECTORY));
    if (::fsync(fd.get()) != 0) return failed("cannot sync directory", path, errno);
    return {};
  }

  [[nodiscard]] Result<std::vector<std::string>> list(const std::string& path) override {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator at(path, error), end; !error && at != end;
         at.increment(error)) {
      names.push_back(at->path().filename().string());
    }
    if (error) return failed("cannot list", path, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }
  [[nodiscard]] bool exists(const std::string& path) override {
    return ::access(path.c_str(), F_OK) == 0;
  }
  [[nodiscard]] Result<bool> others_may_read(const std::string& path) override {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return failed("cannot stat", path, errno);
    return (info.st_mode & S_IROTH) != 0;
  }

  [[nodiscard]] bool may_execute(const std::string& path) override {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    TM_TRY(Descriptor fd, open_descriptor(path, O_RDWR | O_CREAT));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return failed("cannot lock", path, errno);
      return fail(Errc::exists, fmt::format("{} is held by pid {}", path, holder_of(fd.get())));
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd.get(), 0) != 0 ||
        ::pwrite(fd.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
      return failed("cannot write", path, errno);
    }
    return std::make_unique<PosixFileLock>(std::move(fd));
  }

  [[nodiscard]] Result<std::uint64_t> free_bytes(const std::string& path) override {
    struct statvfs disk{};
    if (::statvfs(path.c_str(), &disk) != 0) return failed("cannot ask free space of", path, errno);
    return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  }
  [[nodiscard]] Result<std::uint64_t> total_bytes(const std::string& path) override {
    struct statvfs disk{};
    if (::statvfs(path.c_str(), &disk) != 0) return failed("cannot ask size of", path, errno);
    return static_cast<std::uint64_t>(disk.f_blocks) * disk.f_frsize;
  }
};

}  // namespace

std::unique_ptr<FileSystem> make_posix_file_system() {
  return std::make_unique<PosixFileSystem>();
}

}  // namespace tidemark
