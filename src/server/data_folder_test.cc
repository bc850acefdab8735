#include "server/data_folder.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/meter.h"
#include "testing/manual_clock.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;

/// A data folder on the real disk, since SQLite knows no other.
class DataFolder : public ::testing::Test {
 protected:
  DataFolder() {
    config_.data_dir = (std::filesystem::path(::testing::TempDir()) /
                        fmt::format("tidemark-data-folder-{}", ::getpid()))
                           .string();
    std::filesystem::remove_all(config_.data_dir);
    std::filesystem::create_directories(config_.data_dir);
    config_.disk_reserve_bytes = 0;
  }
  ~DataFolder() override { std::filesystem::remove_all(config_.data_dir); }
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  /// Opens both and closes them; "" or why not.
  std::string start() {
    auto control = open_control(*files_, config_);
    if (!control) return control.error().what;
    auto options = store_options(**control, config_);
    auto samples =
        store::SampleStore::open(*std::move(options), {*files_, clock_, *random_, meter_}, nullptr);
    if (!samples) return samples.error().what;
    const auto joined = join_stores(**control, **samples);
    return joined ? "" : joined.error().what;
  }
  void remove(const std::string& name) {
    std::filesystem::remove_all(config_.data_dir + "/" + name);
  }

  Config config_;
  std::unique_ptr<FileSystem> files_ = make_posix_file_system();
  testing::ManualClock clock_;
  std::unique_ptr<Random> random_ = make_seeded_random(1);
  Meter meter_;
};

TEST_F(DataFolder, a_missing_control_db_stops_the_start_and_stays_missing) {
  ASSERT_EQ(start(), "");
  ASSERT_EQ(start(), "");
  remove("control.db");
  EXPECT_THAT(start(), HasSubstr("control.db is missing, but"));
  EXPECT_THAT(start(), HasSubstr("--accept-loss"));
  std::ofstream(config_.data_dir + "/control.db").flush();
  EXPECT_THAT(start(), HasSubstr("control.db is empty, but"));
  config_.accept_loss = true;
  EXPECT_EQ(start(), "");
  config_.accept_loss = false;
  EXPECT_EQ(start(), "");
}

TEST_F(DataFolder, a_damaged_control_db_is_named_with_what_to_do) {
  ASSERT_EQ(start(), "");
  std::ofstream(config_.data_dir + "/control.db") << std::string(8192, 'x');
  EXPECT_THAT(start(),
              HasSubstr("file is not a database: put " + config_.data_dir + "/control.db"));
}

TEST_F(DataFolder, missing_samples_stop_the_start) {
  ASSERT_EQ(start(), "");
  remove("samples");
  EXPECT_THAT(start(), HasSubstr("holds no samples, but control.db"));
  config_.accept_loss = true;
  EXPECT_EQ(start(), "");
  config_.accept_loss = false;
  EXPECT_EQ(start(), "");
}

TEST_F(DataFolder, a_folder_of_an_earlier_version_opens_and_is_joined) {
  ASSERT_EQ(start(), "");
  {
    auto control = open_control(*files_, config_);
    ASSERT_TRUE(control && (*control)->set_samples(""));
  }
  remove("control.db-commits");
  remove("samples/log.end");
  ASSERT_EQ(start(), "");
  remove("samples");
  EXPECT_THAT(start(), HasSubstr("holds no samples"));
}

}  // namespace
}  // namespace tidemark::server
