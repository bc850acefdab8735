// Whole requests, as raw HTTP/1.1 messages, through every door over a real store, judge, alarm
// engine and SQLite database. Whatever comes in: one answer with a status that HTTP knows, and
// nothing crashes or throws. The server starts
// anew every so often, which loads what was kept.
#include <cstdint>
#include <filesystem>
#include <future>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "act/topics.h"
#include "alarm/commands.h"
#include "base/assert.h"
#include "judge/detectors.h"
#include "store/control_store.h"
#include "store/sample_store.h"
#include "testing/faulty_files.h"
#include "testing/manual_clock.h"
#include "web/router.h"

namespace tidemark {
namespace {

constexpr int kRequestsAStart = 2000;

/// Fits the times of recorded requests: 23 November 2026.
constexpr Timestamp kNow = Timestamp::from_s(1'795'392'000);

class Server {
 public:
  Server() {
    path_ = std::filesystem::temp_directory_path() /
            ("tidemark-doors-" + make_uuid(*make_system_random()) + ".db");
    start();
  }
  ~Server() {
    stop();
    for (const char* end : {"", "-wal", "-shm", "-commits"})
      std::filesystem::remove(path_.string() + end);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  net::HttpResponse ask(net::HttpRequest request) {
    if (++requests_ % kRequestsAStart == 0) {
      stop();
      start();  // loads what was kept
      forget_everything();
    }
    auto promise = std::make_shared<std::promise<net::HttpResponse>>();
    auto answer = promise->get_future();
    router_->handle(std::move(request), [promise](net::HttpResponse response) {
      promise->set_value(std::move(response));
    });
    return answer.get();
  }

 private:
  void start() {
    auto control = store::make_sqlite_control_store(path_.string());
    TM_ASSERT(control.has_value());
    control_ = *std::move(control);
    judge_ = std::make_unique<judge::Judge>(
        judge::Judge::Deps{clock_, *random_, *control_, meter_, nullptr});
    store::StoreOptions options;
    options.directory = "data";
    options.disk_reserve_bytes = 0;
    auto store =
        store::SampleStore::open(options, {files_, clock_, *random_, meter_}, judge_.get());
    TM_ASSERT(store.has_value());
    store_ = *std::move(store);
    alarms_ = std::make_unique<alarm::AlarmEngine>(alarm::AlarmEngine::Deps{
        clock_,
        *random_,
        *store_,
        *judge_,
        *control_,
        meter_,
        nullptr,
        [this](const BandIdentity& identity) { judge_->need_band(identity); },
        nullptr});
    commands_ = std::make_unique<alarm::AlarmCommands>(*alarms_);
    mutes_ = std::make_unique<alarm::MuteCommands>(*alarms_);
    judge_->set_judged_sink(alarms_.get());
    TM_ASSERT(judge_->start(*store_, *store_).has_value());
    TM_ASSERT(alarms_->start().has_value());
    topics_ = std::make_unique<act::Topics>(
        act::Topics::Deps{*control_, clock_, *random_, act_config_, [] {}});
    aws_ = std::make_unique<web::AwsApi>(
        web::AwsServices{
            *store_, *store_, *judge_, *commands_, *mutes_, *topics_, clock_, *random_, meter_},
        web::AwsOptions{});
    own_ = std::make_unique<web::OwnApi>(
        web::OwnServices{
            *store_, *judge_, *commands_, *mutes_, *topics_, *control_, clock_, *random_},
        web::OwnOptions{});
    web::AdminActions actions;
    actions.flush = [this] { return store_->flush(); };
    actions.reload = [] { return Result<std::string>("nothing to take over"); };
    actions.quit = [] {};
    actions.advance_clock = [this](Duration by) -> Result<Timestamp> {
      clock_.advance(std::min<Duration>(by, std::chrono::hours(1)));
      TM_TRY_VOID(judge_->tick(clock_.wall()));
      TM_TRY_VOID(alarms_->tick(clock_.wall()));
      return clock_.wall();
    };
    admin_ = std::make_unique<web::AdminDoor>(std::move(actions), meter_);
    router_ = std::make_unique<web::Router>(web::Router::Doors{*aws_, *own_, *admin_, "pem"});
  }

  /// So that a long run does not grow without end.
  void forget_everything() {
    TM_ASSERT(judge_->clear().has_value());
    TM_ASSERT(control_->clear().has_value());
    commands_->forget_all();
    TM_ASSERT(store_->clear().has_value());
  }

  void stop() {
    router_->stop();
    aws_->stop();
    own_->stop();
    judge_->stop();
    alarms_->stop();
    store_->stop();
    router_.reset();
    admin_.reset();
    own_.reset();
    aws_.reset();
    topics_.reset();
    commands_.reset();
    store_.reset();
    alarms_.reset();
    judge_.reset();
    control_.reset();
  }

  int requests_ = 0;
  std::filesystem::path path_;
  testing::ManualClock clock_{kNow};
  std::unique_ptr<Random> random_ = make_seeded_random(3);
  Meter meter_;
  testing::FaultyFiles files_;
  act::ActConfig act_config_;
  std::unique_ptr<ControlStore> control_;
  std::unique_ptr<judge::Judge> judge_;
  std::unique_ptr<alarm::AlarmEngine> alarms_;
  std::unique_ptr<store::SampleStore> store_;
  std::unique_ptr<alarm::AlarmCommands> commands_;
  std::unique_ptr<alarm::MuteCommands> mutes_;
  std::unique_ptr<act::Topics> topics_;
  std::unique_ptr<web::AwsApi> aws_;
  std::unique_ptr<web::OwnApi> own_;
  std::unique_ptr<web::AdminDoor> admin_;
  std::unique_ptr<web::Router> router_;
};

std::string_view take_line(std::string_view* rest) {
  const std::size_t end = rest->find('\n');
  std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// As the HTTP server hands it over; it has checked the head by then (fuzzed on its own).
net::HttpRequest read_request(std::string_view bytes) {
  net::HttpRequest out;
  const std::string_view first = take_line(&bytes);
  const std::size_t space = first.find(' ');
  out.method = std::string(first.substr(0, space));
  if (space != std::string_view::npos) {
    const std::string_view rest = first.substr(space + 1);
    out.target = std::string(rest.substr(0, rest.find(' ')));
  }
  const std::size_t question = out.target.find('?');
  out.path = out.target.substr(0, question);
  if (question != std::string::npos) out.query = out.target.substr(question + 1);
  while (!bytes.empty()) {
    const std::string_view line = take_line(&bytes);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' '))
      value.remove_prefix(1);
    out.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  }
  out.body = std::string(bytes);
  out.peer = "127.0.0.1:50000";
  out.from_loopback = true;
  return out;
}

}  // namespace
}  // namespace tidemark

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static tidemark::Server server;
  const auto response =
      server.ask(tidemark::read_request({reinterpret_cast<const char*>(data), size}));
  TM_ASSERT(response.status >= 200 && response.status < 600);
  return 0;
}
