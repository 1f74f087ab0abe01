// Tokens of the policy language.
//
// The characters are bytes: syntax/parser.cpp checks UTF-8 itself and hands every byte on as one character (those above
// 0x7f as 0x01), so a token's place is a range of bytes. The lexer never fails: what nothing else takes is an
// UNEXPECTED of one byte, and strings and comments that do not end have tokens of their own.
lexer grammar PolicyLexer;

// Reserved: a name that is spelt like one of these is written in backquotes.
AND: 'and';
AT: 'at';
BECAUSE: 'because';
FOR: 'for';
IN: 'in';
IS: 'is';
NOT: 'not';
OR: 'or';
WHEN: 'when';

// Words of the language that are names as well (rule `name` of the parser).
AS: 'as';
ASSOCIATE: 'associate';
BEHALF: 'behalf';
BY: 'by';
CAN: 'can';
CANNOT: 'cannot';
COLUMN: 'column';
COLUMN_PROFILE: 'column_profile';
CONTEXT: 'context';
DISABLED: 'disabled';
ELEVATED: 'elevated';
EVERY: 'every';
FLOW: 'flow';
FOLLOWS: 'follows';
FROM: 'from';
GIVEN: 'given';
HAS: 'has';
HELD: 'held';
INCLUDES: 'includes';
INHERITED: 'inherited';
INTO: 'into';
JOINS: 'joins';
LACKS: 'lacks';
LEAVES: 'leaves';
LIST: 'list';
LOSES: 'loses';
MANAGES: 'manages';
MAY: 'may';
MOVES: 'moves';
NOBODY: 'nobody';
NOTHING: 'nothing';
NULL_: 'null';
OF: 'of';
ON: 'on';
ORGANIZATION: 'organization';
OWNED: 'owned';
OWNER: 'owner';
PLUGIN: 'plugin';
POLICY: 'policy';
POSITION: 'position';
PRIVILEGE: 'privilege';
PROFILE: 'profile';
RECORD: 'record';
RELATIONSHIP: 'relationship';
ROLE: 'role';
RUN: 'run';
RUNS: 'runs';
SCENARIO: 'scenario';
SECURED: 'secured';
SETTINGS: 'settings';
SHARE: 'share';
TABLE: 'table';
TEAM: 'team';
TEAM_PRIVILEGES_ONLY: 'team_privileges_only';
THROUGH: 'through';
TO: 'to';
TRIGGER: 'trigger';
UNIT: 'unit';
USE: 'use';
USER: 'user';
VIA: 'via';
WHO: 'who';
WITH: 'with';

NAME: [A-Za-z_] [A-Za-z0-9_]*;
QUOTED_NAME: '`' ~[`\r\n]+ '`';

DATETIME: DAY 'T' DIGIT DIGIT ':' DIGIT DIGIT ':' DIGIT DIGIT ('.' DIGIT+)? 'Z';
DATE: DAY;
NUMBER: '-'? DIGIT+ ('.' DIGIT+)?;
STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '"';
UNTERMINATED_STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '\\'?;

LBRACE: '{';
RBRACE: '}';
LPAREN: '(';
RPAREN: ')';
COLON: ':';
COMMA: ',';
DOT: '.';
BOTH_WAYS: '<->';
ARROW: '->';
EQUAL: '==';
NOT_EQUAL: '!=';
LESS: '<';
LESS_EQUAL: '<=';
GREATER: '>';
GREATER_EQUAL: '>=';

SPACE: [ \t\r\n\f]+ -> skip;
LINE_COMMENT: '//' ~[\r\n]* -> skip;
COMMENT: '/*' .*? '*/' -> skip;
UNTERMINATED_COMMENT: '/*' (~'*' | '*'+ ~[*/])* '*'*;

UNEXPECTED: .;

fragment DIGIT: [0-9];
fragment DAY: DIGIT DIGIT DIGIT DIGIT '-' DIGIT DIGIT '-' DIGIT DIGIT;
