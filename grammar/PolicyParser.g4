// The policy language. Labels name the fields of the Ast (compiler/syntax/ast.h); what the grammar accepts on purpose
// and leaves to later phases stands in README.md.
//
// A body in braces is a rule of its own (`roleBody`, `flowBody`, ...) with one loop over its items: error recovery goes
// on with the next item there (compiler/syntax/syntax_errors.cpp). Every decision needs two or three tokens at most
// where the text is correct.
parser grammar PolicyParser;

options { tokenVocab = PolicyLexer; }

file: policy = header? declarations += declaration* EOF;

header: POLICY id = name FOLLOWS follows = name;

declaration
    : useDeclaration
    | organizationBlock
    | settingsBlock
    | attributeBlock
    | privilegeDeclaration
    | tableDeclaration
    | relationshipDeclaration
    | roleDeclaration
    | columnProfile
    | flowDeclaration
    | scenario
    ;

useDeclaration: USE path += name (DOT path += name)*;

organizationBlock: ORGANIZATION body = settingsBody;
settingsBlock: SETTINGS body = settingsBody;
settingsBody: LBRACE settings += setting* RBRACE;
setting: id = name COLON values += settingValue (COMMA values += settingValue)* details = settingsBody?;
settingValue: word = name | number = NUMBER;

attributeBlock: of = (USER | CONTEXT) body = attributesBody;
attributesBody: LBRACE attributes += attribute* RBRACE;
attribute: id = name COLON type = name choices = nameBlock? secured = SECURED?;

privilegeDeclaration: PRIVILEGE id = name title = STRING?;

tableDeclaration: TABLE id = name title = STRING? OWNED BY ownership = name body = attributesBody?;

relationshipDeclaration: RELATIONSHIP id = name COLON (lookup = lookupEnds | both = manyToManyEnds);
lookupEnds: child = name DOT column = name ARROW parent = name (preset = name | body = behavioursBody);
manyToManyEnds: first = name BOTH_WAYS second = name (preset = name | body = behavioursBody)?;
behavioursBody: LBRACE behaviours += behaviour* RBRACE;
behaviour: action = name COLON value = name;

// --- roles and profiles

roleDeclaration
    : ROLE id = name title = STRING? teamOnly = TEAM_PRIVILEGES_ONLY? (INCLUDES includes = names)? body = roleBody
    ;
roleBody: LBRACE items += roleItem* RBRACE;
roleItem: tableGrants | privilegeGrant;
tableGrants: (every = EVERY TABLE | table = name) COLON grants += grant+;
grant: rights = names AT level = name (WHEN when = condition)?;
privilegeGrant: every = EVERY PRIVILEGE | PRIVILEGE privileges = names;

columnProfile: COLUMN_PROFILE id = name title = STRING? body = profileBody;
profileBody: LBRACE columns += columnGrant* RBRACE;
columnGrant: table = name DOT column = name COLON permissions = names;

// --- conditions

condition: terms += andCondition (OR terms += andCondition)*;
andCondition: terms += notCondition (AND terms += notCondition)*;
notCondition: NOT negated = notCondition | LPAREN inner = condition RPAREN | compared = comparison;
comparison
    : left = operand
      ( op = (EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL) right = operand
      | IN members = literalBlock
      | IS negated = NOT? NULL_
      )?
    ;
operand: base = name DOT attributeName = name | value = literal;
literalBlock: LBRACE members += literal (COMMA members += literal)* RBRACE;
literal: word = name | token = (NUMBER | STRING | DATE | DATETIME);

// --- flows

flowDeclaration: FLOW id = name title = STRING? ON events = names OF table = name body = flowBody;
flowBody: LBRACE items += flowItem* RBRACE;
flowItem: flowOwner | flowTrigger | flowStep;
flowOwner: OWNER owner = name;
flowTrigger: TRIGGER VIA connection = name (RUN AS runAs = name)?;
flowStep: id = name COLON right = name table = name (AS identity = name | VIA connection = name)?;

// --- scenarios

scenario: SCENARIO title = STRING body = scenarioBody;
scenarioBody: LBRACE statements += statement* RBRACE;
statement
    : unitFact
    | userFacts
    | teamFact
    | recordFact
    | shareFact
    | contextFact
    | whenStatement
    | whoExpectation
    | listExpectation
    | canExpectation
    | privilegeExpectation
    | runsAsExpectation
    ;

unitFact: UNIT id = name children = unitsBody?;
unitsBody: LBRACE units += unitFact* RBRACE;
userFacts: disabled = DISABLED? USER users += userFact (COMMA users += userFact)*;
userFact: id = name IN unit = name (COLON roles = heldRoles)? values = valuesBody?;
teamFact: TEAM id = name IN unit = name (COLON roles = heldRoles)? members = nameBlock?;
heldRoles: roles += heldRole (AND roles += heldRole)*;
heldRole: role = name (FROM unit = name)?;
recordFact: RECORD row = newRecord;
newRecord: id = name COLON table = name place = ownedBy values = valuesBody?;
ownedBy: (OWNED BY owner = name)? (IN unit = name)?;
shareFact: SHARE record = name WITH principal = name FOR rights = names;
contextFact: CONTEXT values = valuesBody;
valuesBody: LBRACE (values += attributeValue COMMA?)* RBRACE;
attributeValue: id = name COLON value = literal;

whenStatement: WHEN events += event (COMMA events += event)*;
event
    : who = name
      ( kind = IS GIVEN held = heldRole
      | kind = LOSES held = heldRole
      | kind = JOINS target = name
      | kind = LEAVES target = name
      | kind = MOVES TO target = name
      | kind = SHARES target = name WITH other = name FOR rights = names
      | kind = REVOKES target = name FROM other = name
      | kind = ASSIGNS target = name TO other = name
      | kind = CREATES created = newRecord
      | kind = UPDATES target = name
      | kind = DELETES target = name
      )
    ;

canExpectation
    : user = name can = (CAN | CANNOT) rights = names record = name place = ownedBy values = valuesBody?
      ((WITH | TO) recipient = name)? (FOR given = names)? why = because?
    ;
because: BECAUSE reason = name (BY role = name)?;
privilegeExpectation: user = name has = (HAS | LACKS) privilege = name;
whoExpectation: WHO CAN right = name record = name COLON (NOBODY | users = names);
listExpectation: user = name CAN LIST table = name FOR right = name COLON (NOTHING | records = names);
runsAsExpectation: flow = name DOT step = name RUNS AS user = name;

// --- names

names: items += name (COMMA items += name)*;
nameBlock: LBRACE (items += name (COMMA items += name)*)? RBRACE;

name
    : NAME | QUOTED_NAME
    | AS | ASSIGNS | BY | CAN | CANNOT | COLUMN_PROFILE | CONTEXT | CREATES | DELETES | DISABLED | EVERY | FLOW
    | FOLLOWS | FROM | GIVEN | HAS | INCLUDES | JOINS | LACKS | LEAVES | LIST | LOSES | MOVES | NOBODY
    | NOTHING | NULL_ | OF | ON | ORGANIZATION | OWNED | OWNER | POLICY | PRIVILEGE | RECORD | RELATIONSHIP | REVOKES
    | ROLE | RUN | RUNS | SCENARIO | SECURED | SETTINGS | SHARE | SHARES | TABLE | TEAM | TEAM_PRIVILEGES_ONLY | TO
    | TRIGGER | UNIT | UPDATES | USE | USER | VIA | WHO | WITH
    ;
