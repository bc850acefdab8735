#include "base/file_system.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tidemark {
namespace {

class PosixFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = ::testing::TempDir() + "tidemark_files_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
    ASSERT_TRUE(files_->make_dirs(directory_ + "/a/b"));
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<FileSystem> files_ = make_posix_file_system();
  std::string directory_;
};

TEST_F(PosixFiles, reads_back_what_was_written_atomically) {
  const std::string bytes("one\0two", 7);
  ASSERT_TRUE(write_file_atomically(*files_, directory_ + "/a/file", bytes));
  EXPECT_EQ(read_file(*files_, directory_ + "/a/file").value(), bytes);
  ASSERT_TRUE(write_file_atomically(*files_, directory_ + "/a/file", "shorter"));
  EXPECT_EQ(read_file(*files_, directory_ + "/a/file").value(), "shorter");
  EXPECT_EQ(files_->list(directory_ + "/a").value(), (std::vector<std::string>{"b", "file"}));
}

TEST_F(PosixFiles, says_what_failed) {
  EXPECT_EQ(read_file(*files_, directory_ + "/none").error().code, Errc::not_found);
  EXPECT_EQ(files_->open(directory_ + "/a").error().code, Errc::io);
  ASSERT_TRUE(write_file_atomically(*files_, directory_ + "/file", "12345"));
  EXPECT_EQ(read_file(*files_, directory_ + "/file", 4).error().code, Errc::limit);
  const auto file = files_->open(directory_ + "/file");
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->read(3, 2).value(), "45");
  EXPECT_EQ((*file)->read(3, 3).error().code, Errc::corrupt);
  EXPECT_EQ((*file)->read(UINT64_MAX, 2).error().code, Errc::corrupt);
}

TEST_F(PosixFiles, second_lock_is_refused_naming_the_holder) {
  auto first = files_->lock(directory_ + "/lock");
  ASSERT_TRUE(first);
  const auto second = files_->lock(directory_ + "/lock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::exists);
  EXPECT_NE(second.error().what.find(std::to_string(::getpid())), std::string::npos);
  first->reset();
  EXPECT_TRUE(files_->lock(directory_ + "/lock"));
}

TEST_F(PosixFiles, removes_and_renames) {
  ASSERT_TRUE(write_file_atomically(*files_, directory_ + "/x", "1"));
  ASSERT_TRUE(files_->rename(directory_ + "/x", directory_ + "/a/y"));
  EXPECT_FALSE(files_->exists(directory_ + "/x"));
  EXPECT_TRUE(files_->exists(directory_ + "/a/y"));
  ASSERT_TRUE(files_->remove(directory_ + "/a/y"));
  EXPECT_EQ(files_->remove(directory_ + "/a/y").error().code, Errc::not_found);
  ASSERT_TRUE(files_->remove_all(directory_ + "/a"));
  EXPECT_FALSE(files_->exists(directory_ + "/a"));
  EXPECT_GT(files_->total_bytes(directory_).value(), files_->free_bytes(directory_).value());
}

}  // namespace
}  // namespace tidemark
