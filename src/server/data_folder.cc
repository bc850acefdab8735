#include "server/data_folder.h"

#include <fmt/format.h>

#include "base/log.h"

namespace tidemark::server {
namespace {

std::string samples_of(const Config& config) {
  return config.data_dir + "/samples";
}

bool has_samples(FileSystem& files, const Config& config) {
  const std::string manifest = samples_of(config) + "/MANIFEST";
  return files.exists(manifest) || files.exists(manifest + ".2");
}

}  // namespace

Result<std::unique_ptr<store::ControlDatabase>> open_control(FileSystem& files,
                                                             const Config& config) {
  const std::string path = config.data_dir + "/control.db";
  // It is made first: a folder that has samples has had one.
  auto control = store::make_sqlite_control_store(path, has_samples(files, config));
  if (control) return control;
  if (control.error().code == Errc::corrupt) {
    return fail(Errc::corrupt,
                fmt::format("{}: put {} back from a copy, or move it and its -wal file away and "
                            "start once with --accept-loss to go on without what was in it",
                            control.error().what,
                            path));
  }
  if (control.error().code != Errc::not_found) return control;
  if (!config.accept_loss) {
    return fail(Errc::corrupt,
                fmt::format("{}, but {} holds samples: alarms, detectors, topics and verdicts were "
                            "in it. Put it back with its -wal file, or start once with "
                            "--accept-loss to go on without them",
                            control.error().what,
                            samples_of(config)));
  }
  log(LogLevel::warn,
      "going on without the alarms, detectors, topics and verdicts of before",
      {{"why", control.error().what}});
  return store::make_sqlite_control_store(path);
}

Result<store::StoreOptions> store_options(store::ControlDatabase& control, const Config& config) {
  store::StoreOptions out;
  out.directory = samples_of(config);
  out.shards = config.shards;
  out.retention = config.retention;
  out.accept_loss = config.accept_loss;
  if (config.disk_reserve_bytes) {
    out.disk_reserve_bytes = *config.disk_reserve_bytes;
    out.disk_reserve_fraction = 0;
  }
  TM_TRY(out.expected_uuid, control.samples());
  return out;
}

Result<void> join_stores(store::ControlDatabase& control, const store::SampleStore& samples) {
  TM_TRY(const std::string known, control.samples());
  if (known == samples.uuid()) return {};
  if (!known.empty()) {
    log(LogLevel::warn,
        "control.db belongs to these samples from now on, which are not those of before",
        {{"before", known}, {"now", samples.uuid()}});
  }
  return control.set_samples(samples.uuid());
}

std::vector<Problem> problems_of(const store::ControlDatabase& control,
                                 const store::SampleStore& samples) {
  auto out = samples.problems();
  if (const auto lost = control.lost_commits(); lost > 0) {
    out.push_back({"lost_changes",
                   fmt::format("Changes of alarms, detectors or topics were lost before the start: "
                               "the newest {} did not come back.",
                               lost == 1 ? "one" : fmt::format("{}", lost))});
  }
  return out;
}

}  // namespace tidemark::server
