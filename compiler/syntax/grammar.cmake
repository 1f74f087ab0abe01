# The generated lexer and parser: grammar/*.g4 -> policyc_grammar. Only compiler/syntax links it.
#
# ANTLR's headers and what it generates compile as C++17 at most (u8 literals are char there); C++20 code may include
# both. Generated code gets neither our warnings nor our sanitizers.

set(grammar_dir ${PROJECT_SOURCE_DIR}/grammar)
set(generated_dir ${CMAKE_CURRENT_BINARY_DIR}/generated/policyc_grammar)
set(antlr_options -Dlanguage=Cpp -no-visitor -no-listener -package policyc::grammar -Xexact-output-dir
                  -o ${generated_dir})
file(MAKE_DIRECTORY ${generated_dir})

add_custom_command(
  OUTPUT ${generated_dir}/PolicyLexer.cpp ${generated_dir}/PolicyLexer.h ${generated_dir}/PolicyLexer.tokens
  COMMAND ${ANTLR4_TOOL} ${antlr_options} ${grammar_dir}/PolicyLexer.g4
  DEPENDS ${grammar_dir}/PolicyLexer.g4
  COMMENT "Generating the lexer"
  VERBATIM)
add_custom_command(
  OUTPUT ${generated_dir}/PolicyParser.cpp ${generated_dir}/PolicyParser.h
  COMMAND ${ANTLR4_TOOL} ${antlr_options} -lib ${generated_dir} ${grammar_dir}/PolicyParser.g4
  DEPENDS ${grammar_dir}/PolicyParser.g4 ${generated_dir}/PolicyLexer.tokens
  COMMENT "Generating the parser"
  VERBATIM)

add_library(policyc_grammar STATIC ${generated_dir}/PolicyLexer.cpp ${generated_dir}/PolicyParser.cpp)
set_target_properties(policyc_grammar PROPERTIES CXX_STANDARD 17 CXX_EXTENSIONS OFF)
target_compile_options(policyc_grammar PRIVATE -w)
target_include_directories(policyc_grammar SYSTEM PUBLIC ${ANTLR4_INCLUDE} ${CMAKE_CURRENT_BINARY_DIR}/generated)
target_include_directories(policyc_grammar PRIVATE ${generated_dir})
target_link_libraries(policyc_grammar PUBLIC ${ANTLR4_LIBRARY} Threads::Threads)
