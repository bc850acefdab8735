#pragma once

#include <string>

#include <gtest/gtest.h>

#include "server/config.h"
#include "testing/faulty_files.h"

namespace tidemark::server {

/// What a configuration file of this content comes to; it is called t.yaml.
inline Result<Config> read_config_text(const std::string& content) {
  testing::FaultyFiles files;
  auto file = files.create("t.yaml");
  EXPECT_TRUE((*file)->append(content));
  Config config;
  TM_TRY_VOID(read_config_file(files, "t.yaml", &config));
  return config;
}

}  // namespace tidemark::server
