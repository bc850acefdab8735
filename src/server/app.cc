#include "server/app.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "act/action_check.h"
#include "act/outbox.h"
#include "act/signer.h"
#include "act/topics.h"
#include "alarm/commands.h"
#include "alarm/engine.h"
#include "base/file_system.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/random.h"
#include "base/worker.h"
#include "judge/detectors.h"
#include "net/egress.h"
#include "net/http_client.h"
#include "net/smtp_client.h"
#include "server/data_clock.h"
#include "server/data_folder.h"
#include "server/data_time.h"
#include "server/reload.h"
#include "server/version.h"
#include "web/own_api.h"
#include "web/router.h"

namespace tidemark::server {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(250);
constexpr Duration kRemoveOldEvery = std::chrono::minutes(10);

std::string host_and_port(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

act::ActConfig act_config(const Config& config, const std::string& url) {
  act::ActConfig out;
  out.public_url = config.public_url.empty() ? url : config.public_url;
  out.mail_from = config.mail.from;
  out.account = config.account_id;
  out.auto_confirm_email = config.auto_confirm_email;
  out.auto_confirm_http = config.auto_confirm_http;
  return out;
}

Result<std::unique_ptr<net::MailClient>> mail_client(const MailConfig& config) {
  if (config.url.empty()) return nullptr;
  return net::make_smtp_client({config.url,
                                config.username,
                                config.password,
                                config.from,
                                std::chrono::seconds(30),
                                config.require_tls});
}

net::HttpServerOptions http_options(const Config& config, const Clock& clock, Meter& meter) {
  net::HttpServerOptions out;
  out.address = config.http_address;
  out.port = config.http_port;
  out.clock = &clock;
  out.meter = &meter;
  out.limits.connections = config.connections;
  out.limits.connections_per_ip = config.connections_per_address;
  out.hosts = config.hosts;
  // A page of another site must not reach us under its own name (DNS rebinding).
  for (const char* name : {"localhost", "127.0.0.1", "[::1]"})
    out.hosts.emplace_back(name);
  if (config.http_address != "0.0.0.0" && config.http_address != "::") {
    out.hosts.push_back(config.http_address);
  } else {
    out.hosts.clear();  // reached under names we cannot know; authentication is required there
  }
  return out;
}

web::AccessKeys access_keys_of(const Config& config) {
  web::AccessKeys out;
  for (const AccessKey& key : config.access_keys)
    out[key.id] = key.secret;
  return out;
}

act::RunbookConfig runbooks_of(const Config& config) {
  return {config.runbooks_enabled ? config.runbooks : std::map<std::string, act::Runbook>()};
}

}  // namespace

/// Tells the open pages of new samples on the way from judge to alarm.
struct Announcer final : JudgedSink {
  void on_judged(std::uint64_t sequence, std::vector<Judged> judged) override {
    alarms->on_judged(sequence, std::move(judged));
    if (ready->load()) (*own_api)->tell_samples();
  }
  JudgedSink* alarms = nullptr;
  const std::unique_ptr<web::OwnApi>* own_api = nullptr;
  const std::atomic<bool>* ready = nullptr;
};

/// Members in the order of their making; they end in the opposite one.
struct App::State {
  State(Config c, ReadConfig read)
      : config(std::move(c)),
        read_config(std::move(read)),
        clock(config.frozen_clock),
        access_keys(access_keys_of(config)),
        runbooks(runbooks_of(config)) {}

  Result<void> listen();
  Result<void> open_stores();
  Result<void> start_act();
  Result<void> start_stages();
  void start_web();
  Result<void> reset();
  Result<void> put_detectors();
  Result<std::size_t> give_verdicts();
  Result<std::string> reload();
  web::AdminActions admin_actions();
  void handle(net::HttpRequest request, net::Respond respond);
  void tick();
  void set_gauges();
  void say_if_unchecked() const;
  void remove_old_history();
  void ask_to_quit();
  [[nodiscard]] std::string url() const {
    return "http://" + host_and_port(config.http_address, http->port());
  }

  Config config;  // only the reloader changes it, and only its live settings
  ReadConfig read_config;
  DataClock clock;
  Live<web::AccessKeys> access_keys;
  Live<act::RunbookConfig> runbooks;
  std::unique_ptr<Random> random = make_system_random();
  Meter meter;
  std::unique_ptr<FileSystem> files = make_posix_file_system();
  std::unique_ptr<FileLock> data_lock;
  std::unique_ptr<store::ControlDatabase> control;
  std::unique_ptr<judge::Judge> judge;
  std::unique_ptr<store::SampleStore> samples;
  act::ActConfig act;
  std::unique_ptr<net::HttpClient> http_client;
  std::unique_ptr<net::MailClient> mail;
  std::optional<act::MessageSigner> signer;
  std::unique_ptr<act::OutboxWorker> outbox;
  std::unique_ptr<act::Topics> topics;
  std::unique_ptr<alarm::AlarmEngine> alarms;
  std::unique_ptr<alarm::AlarmCommands> alarm_commands;
  std::unique_ptr<alarm::MuteCommands> mute_commands;
  std::unique_ptr<DataTime> data_time;
  std::unique_ptr<web::AwsApi> aws_api;
  std::unique_ptr<web::OwnApi> own_api;
  std::unique_ptr<web::AdminDoor> admin;
  std::unique_ptr<web::Router> router;
  std::atomic<bool> ready{false};
  std::atomic<Instant> ticked_at{};  // when what was due had been done
  Announcer announcer;
  std::unique_ptr<net::HttpServer> http;
  std::unique_ptr<Ticker> ticker;
  std::optional<Timestamp> removed_old_at;  // the ticker's
  Worker reloader{"tm-reload"};             // one reload at a time

  std::mutex mutex;
  std::condition_variable changed;
  bool quit = false;        // guarded by mutex
  bool log_failed = false;  // guarded by mutex
  bool stopped = false;
};

/// Listens before recovery, so that a probe can see "starting" and a taken port is told at once.
Result<void> App::State::listen() {
  TM_TRY(http,
         net::HttpServer::start(http_options(config, clock, meter),
                                [this](net::HttpRequest request, net::Respond respond) {
                                  handle(std::move(request), std::move(respond));
                                }));
  return {};
}

void App::State::handle(net::HttpRequest request, net::Respond respond) {
  if (ready.load()) return router->handle(std::move(request), std::move(respond));
  if (request.path == "/-/healthy") return respond({200, {}, "Tidemark is healthy.\n", nullptr});
  auto starting = net::json_error(503, "starting", "Tidemark is starting: the log is being read");
  starting.headers.push_back({"Retry-After", "1"});
  respond(std::move(starting));
}

Result<void> App::State::open_stores() {
  TM_TRY_VOID(files->make_dirs(config.data_dir));
  TM_TRY(data_lock, files->lock(config.data_dir + "/lock"));
  TM_TRY(control, open_control(*files, config));
  TM_TRY(store::StoreOptions options, store_options(*control, config));
  const judge::AlwaysOnOptions always_on{
      config.always_on, std::max<std::size_t>(1, config.always_on_series / config.shards)};
  judge::Judge::Deps deps{clock, *random, *control, meter, nullptr, always_on};
  judge = std::make_unique<judge::Judge>(deps);
  TM_TRY(
      samples,
      store::SampleStore::open(std::move(options), {*files, clock, *random, meter}, judge.get()));
  TM_TRY_VOID(join_stores(*control, *samples));
  return judge->start(*samples, *samples);
}

Result<void> App::State::start_act() {
  act = act_config(config, url());
  net::EgressRules rules;
  rules.allow = config.egress_allow;
  rules.allow_http = config.egress_allow_http;
  rules.own_listeners = {host_and_port(config.http_address, http->port())};
  TM_TRY(auto policy, net::EgressPolicy::make(rules));
  http_client = net::make_curl_client(std::move(policy));
  TM_TRY(mail, mail_client(config.mail));
  const std::string pem = config.data_dir + "/signing.pem";
  TM_TRY(auto opened, act::MessageSigner::open(*files, pem, clock).map_error([&](Error error) {
    error.what +=
        fmt::format(" ({}): put it back, or remove it, and a new key signs from then on", pem);
    return error;
  }));
  signer.emplace(std::move(opened));
  outbox = std::make_unique<act::OutboxWorker>(act::OutboxWorker::Deps{
      *control, clock, *random, *http_client, mail.get(), *signer, act, runbooks, meter});
  topics = std::make_unique<act::Topics>(
      act::Topics::Deps{*control, clock, *random, act, [this] { outbox->nudge(); }});
  outbox->start();
  return {};
}

Result<void> App::State::start_stages() {
  alarm::AlarmEngine::Deps deps{
      clock, *random, *samples, *judge, *control, meter, nullptr, nullptr, nullptr};
  deps.on_outbox = [this] { outbox->nudge(); };
  deps.on_band_needed = [this](const BandIdentity& identity) { judge->need_band(identity); };
  deps.on_transition = [this](const std::string& name, alarm::AlarmState to) {
    if (ready.load()) own_api->tell_transition(name, std::string(alarm::to_text(to)));
  };
  deps.check_action = [this](const std::string& action, const std::string& region) {
    return act::check_action(action, region, *runbooks.get());
  };
  alarms = std::make_unique<alarm::AlarmEngine>(std::move(deps));
  alarm_commands = std::make_unique<alarm::AlarmCommands>(*alarms);
  mute_commands = std::make_unique<alarm::MuteCommands>(*alarms);
  data_time = std::make_unique<DataTime>(clock, *judge, *alarms);
  announcer.alarms = alarms.get();
  announcer.own_api = &own_api;
  announcer.ready = &ready;
  judge->set_judged_sink(&announcer);
  TM_TRY_VOID(put_detectors());
  TM_TRY_VOID(give_verdicts().map([](std::size_t) {}));
  return alarms->start();
}

void App::State::start_web() {
  web::AwsOptions aws;
  aws.account_id = config.account_id;
  aws.accept_reserved_namespaces = config.accept_reserved_namespaces;
  aws.access_keys = &access_keys;
  aws_api = std::make_unique<web::AwsApi>(web::AwsServices{*samples,
                                                           *samples,
                                                           *judge,
                                                           *alarm_commands,
                                                           *mute_commands,
                                                           *topics,
                                                           clock,
                                                           *random,
                                                           meter},
                                          std::move(aws));
  web::OwnOptions own;
  own.version = kVersion;
  own.account_id = config.account_id;
  own.clock_is_frozen = clock.is_frozen();
  own.always_on = config.always_on;
  own.meter = &meter;
  own.problems = [this] { return problems_of(*control, *samples); };
  if (!config.public_url.empty()) own.origins = {config.public_url};
  own_api = std::make_unique<web::OwnApi>(
      web::OwnServices{
          *samples, *judge, *alarm_commands, *mute_commands, *topics, *control, clock, *random},
      std::move(own));
  admin = std::make_unique<web::AdminDoor>(admin_actions(), meter);
  router = std::make_unique<web::Router>(
      web::Router::Doors{*aws_api, *own_api, *admin, signer->signing_certificate_pem()});
}

web::AdminActions App::State::admin_actions() {
  web::AdminActions out;
  out.is_ready = [this] { return ready.load(); };
  out.before_metrics = [this] { set_gauges(); };
  out.now = [this] { return clock.wall(); };
  if (config.enable_lifecycle) {
    out.flush = [this] { return samples->flush(); };
    out.reload = [this] { return reloader.ask([this] { return reload(); }); };
    out.quit = [this] { ask_to_quit(); };
  }
  if (config.enable_test_api) {
    out.reset = [this] { return reset(); };
    if (clock.is_frozen())
      out.advance_clock = [this](Duration by) { return data_time->advance(by); };
  }
  return out;
}

Result<void> App::State::reset() {
  TM_TRY_VOID(judge->clear());
  TM_TRY_VOID(control->clear());
  alarm_commands->forget_all();
  return samples->clear();
}

/// Gives the detectors of the file their choices, others stay as they are; and all of them its
/// calendars.
Result<void> App::State::put_detectors() {
  TM_TRY_VOID(judge->set_configured_calendars(config.calendars));
  for (const ConfiguredDetector& each : config.detectors) {
    TM_TRY_VOID(judge->put(each.target, each.choices, each.periods, judge::kByConfiguration)
                    .map([](const auto&) {}));
  }
  return {};
}

/// Gives the verdicts of the file; how many of them are about nothing that is there.
Result<std::size_t> App::State::give_verdicts() {
  return judge::give_configured({*judge, *samples, *control, clock}, config.verdicts);
}

/// On the reloader.
Result<std::string> App::State::reload() {
  Counter& success = meter.counter("tidemark_config_last_reload_successful");
  success.set(0);
  TM_TRY(const Config next, read_config());
  TM_TRY_VOID(check_config(next));
  std::string summary = reload_summary(config, next);
  take_over_live(next, &config);
  TM_TRY_VOID(put_detectors());
  TM_TRY(const std::size_t about_nothing, give_verdicts());
  if (about_nothing > 0)
    summary += fmt::format("; {} of the verdicts cannot be given: see the log", about_nothing);
  const bool were_checked = !access_keys.get()->empty();
  access_keys.set(access_keys_of(config));
  if (were_checked) say_if_unchecked();
  runbooks.set(runbooks_of(config));
  success.set(1);
  log(LogLevel::info, "configuration reloaded", {{"summary", summary}});
  return summary;
}

/// What others keep, looked at only when somebody asks for /metrics.
void App::State::set_gauges() {
  for (const char* state : {"pending", "delivered", "dead"}) {
    const auto count = control->count_deliveries(state);
    if (!count) continue;
    meter.counter(fmt::format("tidemark_deliveries{{state=\"{}\"}}", state))
        .set(static_cast<double>(*count));
  }
  meter.counter("tidemark_control_lost_commits").set(static_cast<double>(control->lost_commits()));
  const Duration since = clock.now() - ticked_at.load();
  meter.counter("tidemark_evaluation_lag_seconds")
      .set(std::chrono::duration<double>(since).count());
}

void App::State::say_if_unchecked() const {
  if (!access_keys.get()->empty()) return;
  log(LogLevel::warn, "no access keys are configured: AWS signatures are accepted unchecked");
}

void App::State::tick() {
  samples->tick();
  control->tick(clock.now());
  if (samples->statistics().log_failed) {
    {
      const std::lock_guard lock(mutex);
      log_failed = true;
    }
    ask_to_quit();
  }
  remove_old_history();
  // A frozen clock moves only when told to, and then runs what is due itself.
  if (clock.is_frozen()) {
    ticked_at = clock.now();
    return;
  }
  const auto ticked = data_time->tick();
  if (!ticked) return log(LogLevel::error, "a tick failed", {{"error", ticked.error().what}});
  ticked_at = clock.now();
}

void App::State::remove_old_history() {
  const Timestamp now = clock.wall();
  const bool recently = removed_old_at && now - *removed_old_at < kRemoveOldEvery;
  if (config.history_retention.count() == 0 || recently) return;
  removed_old_at = now;
  control->commit({RemoveOld{now - config.history_retention}}, [](const Result<void>& removed) {
    if (!removed) {
      log(LogLevel::error, "old history stays", {{"error", removed.error().what}});
    }
  });
}

void App::State::ask_to_quit() {
  {
    const std::lock_guard lock(mutex);
    quit = true;
  }
  changed.notify_all();
}

App::App(std::unique_ptr<State> state) : state_(std::move(state)) {}

App::~App() {
  stop();
}

Result<std::unique_ptr<App>> App::start(Config config, ReadConfig read_config) {
  TM_TRY_VOID(check_config(config));
  auto state = std::make_unique<State>(std::move(config), std::move(read_config));
  State& s = *state;
  // Made before the first step, so that a step that fails stops what the ones before it started.
  std::unique_ptr<App> app(new App(std::move(state)));
  TM_TRY_VOID(s.listen());
  TM_TRY_VOID(s.open_stores());
  TM_TRY_VOID(s.start_act());
  TM_TRY_VOID(s.start_stages());
  s.start_web();
  s.ticked_at = s.clock.now();
  s.ready = true;
  s.ticker = std::make_unique<Ticker>("tm-tick", kTick, [&s] { s.tick(); });
  s.say_if_unchecked();
  log(LogLevel::info, "serving", {{"url", s.url()}, {"data", s.config.data_dir}});
  return app;
}

std::string App::url() const {
  return state_->url();
}

bool App::wait_for_failure() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->quit; });
  return state_->log_failed;
}

Result<std::string> App::reload() {
  return state_->reloader.ask([this] { return state_->reload(); });
}

void App::interrupt() {
  state_->ask_to_quit();
}

void App::stop() {
  State& s = *state_;
  if (std::exchange(s.stopped, true)) return;
  if (s.ticker) s.ticker->stop();
  if (s.http) s.http->stop();
  s.ready = false;
  if (s.router) s.router->stop();
  if (s.aws_api) s.aws_api->stop();
  if (s.own_api) s.own_api->stop();
  if (s.judge) s.judge->stop();
  if (s.alarms) s.alarms->stop();
  if (s.outbox) s.outbox->stop();
  if (s.samples) s.samples->stop();
}

}  // namespace tidemark::server
