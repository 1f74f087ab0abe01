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
columnGrant: (every = EVERY COLUMN | table = name DOT column = name) COLON permissions = names;

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

// --- flows and plug-ins

flowDeclaration
    : kind = (FLOW | PLUGIN) id = name title = STRING? ON events = names OF table = name body = flowBody
    ;
flowBody: LBRACE items += flowItem* RBRACE;
flowItem: flowOwner | flowTrigger | flowRunAs | flowStep;
flowOwner: OWNER owner = name;
flowTrigger: TRIGGER VIA connection = name (RUN AS runAs = name)?;
flowRunAs: RUN AS runAs = name;
flowStep
    : id = name COLON right = name table = name (AS identity = name | VIA connection = name)? elevated = ELEVATED?
    ;

// --- scenarios

scenario: SCENARIO title = STRING body = scenarioBody;
scenarioBody: LBRACE statements += statement* RBRACE;
statement
    : unitFact
    | userFacts
    | teamFact
    | managerFact
    | positionFact
    | profileFact
    | recordFact
    | shareFact
    | associationFact
    | contextFact
    | whenStatement
    | whoExpectation
    | listExpectation
    | canExpectation
    | mayExpectation
    | privilegeExpectation
    | runExpectation
    ;

unitFact: UNIT id = name (COLON roles = heldRoles)? children = unitsBody?;
unitsBody: LBRACE units += unitFact* RBRACE;
userFacts: disabled = DISABLED? access = name? USER users += userFact (COMMA users += userFact)*;
userFact: id = name IN unit = name (COLON roles = heldRoles)? values = valuesBody?;
teamFact: kind = name? TEAM id = name IN unit = name (COLON roles = heldRoles)? members = nameBlock?;
heldRoles: roles += heldRole (AND roles += heldRole)*;
heldRole: role = name (FROM unit = name)?;
managerFact: manager = name MANAGES reports = names;
positionFact: POSITION id = name (HELD BY holders = names)? children = positionsBody?;
positionsBody: LBRACE positions += positionFact* RBRACE;
profileFact: PROFILE profile = name FOR holders = names;
recordFact: state = name? RECORD id = name COLON table = name place = ownedBy values = valuesBody?;
ownedBy: (OWNED BY owner = name)? (IN unit = name)?;
shareFact
    : SHARE record = name (DOT column = name)? WITH principal = name FOR rights = names inherited = INHERITED?
    ;
associationFact: ASSOCIATE first = name WITH second = name THROUGH relationship = name;
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
      | doing = operation
      )
    | agent = name ON BEHALF OF who = name doing = operation
    ;

// What somebody does: `assigns t1 to ana` in events, `assign t1 to ana` after `may`. Which parts a verb takes is sema's
// to say.
operation
    : does = verb target = name (DOT column = name)? (COLON table = name)? place = ownedBy
      (connector = (TO | WITH | FROM | INTO) other = name)? (FOR rights = names)? (THROUGH relationship = name)?
      values = valuesBody?
    ;
verb: word = name;

canExpectation
    : user = name can = (CAN | CANNOT) rights = names record = name (DOT column = name)? place = ownedBy
      values = valuesBody? (connector = (WITH | TO) recipient = name)? (FOR given = names)? why = because?
    ;
mayExpectation
    : (agent = name ON BEHALF OF)? user = name MAY negated = NOT? (enters = name IN | doing = operation)
      why = because?
    ;
because: BECAUSE reason = name (BY role = name)?;
privilegeExpectation: user = name has = (HAS | LACKS) privilege = name;
whoExpectation: WHO CAN right = name record = name COLON (NOBODY | users = names);
listExpectation: user = name CAN LIST table = name FOR right = name COLON (NOTHING | records = names);
runExpectation
    : flow = name DOT step = name
      (RUNS AS (nobody = NOBODY | user = name) | may = MAY negated = NOT? RUN why = because?)
    ;

// --- names

names: items += name (COMMA items += name)*;
nameBlock: LBRACE (items += name (COMMA items += name)*)? RBRACE;

name
    : NAME | QUOTED_NAME
    | AS | ASSOCIATE | BEHALF | BY | CAN | CANNOT | COLUMN | COLUMN_PROFILE | CONTEXT | DISABLED | ELEVATED | EVERY
    | FLOW | FOLLOWS | FROM | GIVEN | HAS | HELD | INCLUDES | INHERITED | INTO | JOINS | LACKS | LEAVES | LIST | LOSES
    | MANAGES | MAY | MOVES | NOBODY | NOTHING | NULL_ | OF | ON | ORGANIZATION | OWNED | OWNER | PLUGIN | POLICY
    | POSITION | PRIVILEGE | PROFILE | RECORD | RELATIONSHIP | ROLE | RUN | RUNS | SCENARIO | SECURED | SETTINGS
    | SHARE | TABLE | TEAM | TEAM_PRIVILEGES_ONLY | THROUGH | TO | TRIGGER | UNIT | USE | USER | VIA | WHO | WITH
    ;
