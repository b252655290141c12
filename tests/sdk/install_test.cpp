#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/sdk/support.h"

using namespace deskbell::test;

namespace {

void must_run(std::vector<std::string> command) {
  const std::string name = command.front() + " " + command[1];
  std::string output;
  const int exit_code = run(std::move(command), "", output);
  BOOST_REQUIRE_MESSAGE(exit_code == 0, name << ":\n" << output);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(install)

BOOST_AUTO_TEST_CASE(the_ten_lines_of_the_readme_build_against_an_installed_sdk_and_run) {
  TempFolder folder;
  const std::string prefix = folder / "prefix";
  must_run({CMAKE_PROGRAM, "--install", BUILD_FOLDER, "--component", "sdk", "--prefix", prefix});
  for (const auto& entry : std::filesystem::recursive_directory_iterator(prefix))
    BOOST_TEST(entry.path().string().find("nlohmann") == std::string::npos);
  must_run({CMAKE_PROGRAM, "-S", TEN_LINES, "-B", folder / "build", "-G", "Ninja",
            "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_PREFIX_PATH=" + prefix,
            "-DCMAKE_CXX_COMPILER=" CXX_COMPILER, "-DCMAKE_CXX_FLAGS=" COMPILE_FLAGS});
  must_run({CMAKE_PROGRAM, "--build", folder / "build"});

  Hub hub;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Is anybody there?").value();
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());  // its store lies where it was started
  Process greeter({folder / "build/greeter", hub.url(), "demo", "ada", Hub::kPassword});
  std::filesystem::current_path(before);
  wait_until(customer, [&] {
    const auto all = texts(customer, only_conversation(customer));
    return all.size() == 2 && all.back().starts_with("Welcome!");
  });
}

BOOST_AUTO_TEST_CASE(a_c_program_finds_the_installed_sdk_through_pkg_config) {
  TempFolder folder;
  const std::string prefix = folder / "prefix";
  must_run({CMAKE_PROGRAM, "--install", BUILD_FOLDER, "--component", "sdk", "--prefix", prefix});
  std::ofstream(folder / "version.c")
      << "#include <deskbell/deskbell.h>\n#include <stdio.h>\n"
         "int main(void) { return puts(deskbell_version()) < 0; }\n";
  const std::string packages = prefix + "/" LIBRARY_FOLDER "/pkgconfig";
  must_run({"sh", "-c",
            C_COMPILER " -std=c99 -Wall -Werror " COMPILE_FLAGS " -o '" + (folder / "version") + "' '" +
                (folder / "version.c") + "' $(PKG_CONFIG_PATH='" + packages +
                "' pkg-config --cflags --libs deskbell)"});
  std::string output;
  BOOST_TEST(run({folder / "version"}, "", output) == 0);
  BOOST_TEST(output == std::string(deskbell::sdk::version()) + "\n");
}

BOOST_AUTO_TEST_CASE(the_documents_show_the_ten_lines_as_they_are_tested) {
  const std::string program = text_of(TEN_LINES "/main.cpp");
  const std::string shown = program.substr(program.find("#include"));
  BOOST_REQUIRE(!shown.empty());
  for (const char* document : {"/README.md", "/docs/sdk.md"})
    BOOST_TEST(text_of(SOURCE_FOLDER + std::string(document)).find("```cpp\n" + shown + "```") !=
                   std::string::npos,
               document);
}

BOOST_AUTO_TEST_SUITE_END()
