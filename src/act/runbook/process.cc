#include "act/runbook/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.h"

namespace tidemark::act::runbook {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] bool is_open() const { return value_ >= 0; }

 private:
  int value_;
};

tl::unexpected<Error> fail_with_errno(const char* what, int number) {
  return fail(Errc::io, fmt::format("{}: {}", what, std::generic_category().message(number)));
}

/// A file in memory with the bytes, to be read from its start: no pipe to be fed, so a program that
/// does not read its input blocks nobody.
Result<Descriptor> input_file(std::string_view bytes) {
  Descriptor file(::memfd_create("runbook-input", MFD_CLOEXEC));
  if (!file.is_open()) return fail_with_errno("memfd_create", errno);
  while (!bytes.empty()) {
    const auto written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail_with_errno("writing the input", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return fail_with_errno("lseek", errno);
  return file;
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Result<Pipe> output_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_with_errno("pipe2", errno);
  Pipe out{Descriptor(ends[0]), Descriptor(ends[1])};
  ::fcntl(out.read_end.get(), F_SETFL, O_NONBLOCK);
  return out;
}

/// What posix_spawn is told, freed at the end.
struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  SpawnSettings(int input, int output) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    ::posix_spawn_file_actions_addchdir_np(&files, "/");
    ::posix_spawnattr_init(&attributes);
    // Of its own group, with no signal blocked or ignored that this process may block or ignore.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

std::vector<char*> c_strings(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts)
    out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

Result<pid_t> spawn(const Program& program, int input, int output) {
  const SpawnSettings settings(input, output);
  const auto argv = c_strings(program.argv);
  const auto environment = c_strings(program.environment);
  pid_t child = 0;
  const int error = ::posix_spawn(
      &child, argv[0], &settings.files, &settings.attributes, argv.data(), environment.data());
  if (error == 0) return child;
  const bool missing = error == ENOENT || error == ENOTDIR;
  const bool refused = error == EACCES || error == EPERM || error == ENOEXEC || error == E2BIG;
  const Errc code = missing ? Errc::not_found : refused ? Errc::denied : Errc::io;
  return fail(
      code,
      fmt::format(
          "{} cannot be started: {}", program.argv[0], std::generic_category().message(error)));
}

int milliseconds_until(Instant deadline, const Clock& clock) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

/// A started program until its end.
class Running {
 public:
  Running(pid_t child, Descriptor output)
      : child_(child),
        process_(static_cast<int>(::syscall(SYS_pidfd_open, child, 0U))),
        output_(std::move(output)) {
    TM_ASSERT(process_.is_open());
  }

  enum class Event { ended, deadline, stop };
  /// Reads what is printed until something else happens. `stop`: -1 to ignore it.
  Event wait(Instant deadline, const Clock& clock, int stop) {
    while (true) {
      if (const auto event = poll_once(deadline, clock, stop)) return *event;
    }
  }
  void signal_group(int number) const { ::kill(-child_, number); }

  /// After its end: kills what it left behind, and its fate.
  ProgramEnd finish() {
    signal_group(SIGKILL);
    read_output();
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    ProgramEnd out;
    const bool exited = WIFEXITED(status);
    out.how = exited ? ProgramEnd::How::exited : ProgramEnd::How::killed_by_signal;
    out.code = exited ? WEXITSTATUS(status) : WTERMSIG(status);
    out.output = std::move(text_);
    return out;
  }

 private:
  std::optional<Event> poll_once(Instant deadline, const Clock& clock, int stop) {
    std::array<pollfd, 3> watched{{{process_.get(), POLLIN, 0},
                                   {stop, POLLIN, 0},
                                   {closed_ ? -1 : output_.get(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(deadline, clock));
    if (ready < 0 && errno == EINTR) return std::nullopt;
    if (ready <= 0) return Event::deadline;
    if (watched[2].revents != 0) read_output();
    if (watched[0].revents != 0) return Event::ended;
    if (watched[1].revents != 0) return Event::stop;
    // A program that never stops printing would keep poll() from timing out.
    if (clock.now() >= deadline) return Event::deadline;
    return std::nullopt;
  }
  void read_output() {
    std::array<char, 16'384> buffer;
    // Not for ever: what is printed without end must not keep the caller from its deadline.
    for (int round = 0; round < 64; ++round) {
      const auto size = ::read(output_.get(), buffer.data(), buffer.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return;
      if (size == 0) {
        closed_ = true;
        return;
      }
      const std::size_t room = kOutputMaxBytes - text_.size();
      text_.append(buffer.data(), std::min(static_cast<std::size_t>(size), room));
    }
  }

  pid_t child_;
  Descriptor process_;
  Descriptor output_;
  bool closed_ = false;
  std::string text_;
};

ProgramEnd wait_for_end(Running* running,
                        Duration timeout,
                        const Clock& clock,
                        const StopSignal& stop) {
  const auto event = running->wait(clock.now() + timeout, clock, stop.descriptor());
  if (event == Running::Event::ended) return running->finish();
  running->signal_group(SIGTERM);
  if (running->wait(clock.now() + kKillAfter, clock, -1) != Running::Event::ended) {
    running->signal_group(SIGKILL);
  }
  ProgramEnd out = running->finish();
  out.how = event == Running::Event::stop ? ProgramEnd::How::stopped : ProgramEnd::How::timed_out;
  return out;
}

}  // namespace

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  TM_ASSERT(descriptor_ >= 0);
}

StopSignal::~StopSignal() {
  ::close(descriptor_);
}

void StopSignal::raise() {
  raised_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

Result<ProgramEnd> run_program(const Program& program, const Clock& clock, const StopSignal& stop) {
  TM_ASSERT(!program.argv.empty());
  if (stop.is_raised()) return ProgramEnd{.how = ProgramEnd::How::stopped, .code = 0, .output = ""};
  TM_TRY(const Descriptor input, input_file(program.input));
  TM_TRY(Pipe pipe, output_pipe());
  TM_TRY(const pid_t child, spawn(program, input.get(), pipe.write_end.get()));
  pipe.write_end = Descriptor();
  Running running(child, std::move(pipe.read_end));
  return wait_for_end(&running, program.timeout, clock, stop);
}

}  // namespace tidemark::act::runbook
