#include "server/reload.h"

#include <gtest/gtest.h>

namespace tidemark::server {
namespace {

TEST(Reload, takes_over_keys_and_runbooks_and_nothing_else) {
  Config running;
  Config next;
  next.access_keys = {{"id", "s3cret"}};
  next.runbooks["retry"] = {.argv = {"/bin/true"}};
  next.runbooks_enabled = true;
  next.data_dir = "elsewhere";
  take_over_live(next, &running);
  EXPECT_EQ(running.access_keys, next.access_keys);
  EXPECT_EQ(running.runbooks, next.runbooks);
  EXPECT_TRUE(running.runbooks_enabled);
  EXPECT_EQ(running.data_dir, Config().data_dir);
}

TEST(Reload, names_what_was_taken_over_and_what_needs_a_restart_without_values) {
  const Config running;
  Config next;
  EXPECT_EQ(reload_summary(running, next), "nothing to take over");
  next.access_keys = {{"id", "s3cret"}};
  EXPECT_EQ(reload_summary(running, next), "taken over: aws.access_keys");
  next.mail.password = "hidden";
  next.retention = std::chrono::hours(24);
  EXPECT_EQ(reload_summary(running, next),
            "taken over: aws.access_keys; changed, but need a restart: storage, mail");
}

}  // namespace
}  // namespace tidemark::server
